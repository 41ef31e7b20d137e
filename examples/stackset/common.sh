# What the scripts of this folder share. To be sourced.

: "${HERE:?}"
name=${STACK_SET:-rv-access-bundle}
call_as=${CALL_AS:-SELF}
template=${TEMPLATE:-$HERE/../../dist/rv-access-bundle.yaml}

# Sets template_url: TEMPLATE_URL as it is, or where the template lies in BUCKET after it was put there. The bucket is in the
# account that calls (also if that is a delegated administrator), and needs no policy: StackSets reads as the caller.
upload_template() {
  template_url=${TEMPLATE_URL:-}
  [ -z "$template_url" ] || return 0
  : "${BUCKET:?a bucket of this account for the template, or TEMPLATE_URL}"
  [ -f "$template" ] || { echo "$template is missing: take it from a release, or run npm run build." >&2; exit 1; }
  local region digest suffix=amazonaws.com
  region=$(aws s3api get-bucket-location --bucket "$BUCKET" --query 'LocationConstraint || `us-east-1`' --output text)
  [[ $region != cn-* ]] || suffix=amazonaws.com.cn
  # By its content, so that what a stack set was made of stays readable, and a second run changes nothing.
  digest=$(cksum <"$template" | tr ' ' -)
  aws s3 cp --only-show-errors "$template" "s3://$BUCKET/rv-access-bundle/$digest/rv-access-bundle.yaml"
  template_url=https://$BUCKET.s3.$region.$suffix/rv-access-bundle/$digest/rv-access-bundle.yaml
}

# Name=value as the CLI takes it: a comma within a value would end it, unless it is escaped.
as_parameter() {
  local value=${1#*=}
  echo "ParameterKey=${1%%=*},ParameterValue=${value//,/\\,}"
}

stack_set_exists() {
  local told
  if told=$(aws cloudformation describe-stack-set --stack-set-name "$name" --call-as "$call_as" \
    --query StackSet.Status --output text 2>&1); then
    [ "$told" = ACTIVE ]
  elif [[ $told == *StackSetNotFoundException* ]]; then
    return 1
  else
    echo "$told" >&2
    exit 1
  fi
}
