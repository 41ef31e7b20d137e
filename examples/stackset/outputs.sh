#!/usr/bin/env bash
# Prints outputs of every stack of the stack set as a table with tabs, one line per account: StackSets does not collect
# them, so they are read in each account, in a role there that may call cloudformation:DescribeStacks. An account that
# cannot be read has - in its place; why stands on the error output, and the script ends with 1.
#
#   ROLE_NAME=OrganizationAccountAccessRole [OUTPUTS='SecretArn UserArn'] ./outputs.sh
set -euo pipefail
: "${ROLE_NAME:?name of a role that you may assume in each account}"
read -ra outputs <<<"${OUTPUTS:-SecretArn AccessKeyId AccessKeyCreated CloudAccountId Version Warnings}"
HERE=$(dirname "$0")
. "$HERE/common.sh"
partition=$(aws sts get-caller-identity --query Arn --output text | cut -d : -f 2)

read_outputs() { # of stack $3 in account $1 and Region $2
  local id key token credentials
  credentials=$(aws sts assume-role \
    --role-arn "arn:$partition:iam::$1:role/$ROLE_NAME" \
    --role-session-name rv-access-bundle \
    --query 'Credentials.[AccessKeyId, SecretAccessKey, SessionToken]' --output text) || return 1
  read -r id key token <<<"$credentials"
  AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$key AWS_SESSION_TOKEN=$token aws cloudformation describe-stacks \
    --stack-name "$3" \
    --region "$2" \
    --query 'Stacks[0].Outputs[].[OutputKey, OutputValue]' --output text
}

one_line() { # the values of the outputs named, - for one that is not there or empty
  local output value
  for output in "${outputs[@]}"; do
    value=$(awk -F '\t' -v key="$output" '$1 == key { print $2 }' <<<"$1")
    printf '\t%s' "${value:--}"
  done
  echo
}

printf 'account\tregion'
printf '\t%s' "${outputs[@]}"
echo
instances=$(aws cloudformation list-stack-instances \
  --stack-set-name "$name" \
  --call-as "$call_as" \
  --filters Name=DETAILED_STATUS,Values=SUCCEEDED \
  --query 'Summaries[].[Account, Region, StackId]' --output text)
unread=0
while read -r account region stack; do
  [ -n "$account" ] || continue
  printf '%s\t%s' "$account" "$region"
  if found=$(read_outputs "$account" "$region" "$stack"); then
    one_line "$found"
  else
    one_line ''
    echo "$account cannot be read." >&2
    unread=1
  fi
done <<<"$instances"
exit $unread
