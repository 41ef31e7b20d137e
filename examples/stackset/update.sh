#!/usr/bin/env bash
# Changes the bundles of all accounts of the stack set: the parameters that are given, and no others. With BUCKET or
# TEMPLATE_URL it also brings them the template of another version.
#
#   ./update.sh AccessKeySerial=2          rotates the access keys
#   ./update.sh Access=Suspended           locks Redis out, everywhere
#   BUCKET=... ./update.sh                 upgrades to the template of this folder's repository (or TEMPLATE=...)
#
# Self-managed with roles of other names: ADMINISTRATION_ROLE_ARN and EXECUTION_ROLE_NAME, as when it was made.
set -euo pipefail
HERE=$(dirname "$0")
. "$HERE/common.sh"

from=(--use-previous-template)
if [ -n "${BUCKET:-}${TEMPLATE_URL:-}" ]; then
  upload_template
  from=(--template-url "$template_url")
elif [ $# -eq 0 ]; then
  echo 'Nothing to change: give Parameter=Value, or BUCKET or TEMPLATE_URL for another version.' >&2
  exit 1
fi

# What is not named would go back to its default.
parameters=()
known=$(aws cloudformation describe-stack-set --stack-set-name "$name" --call-as "$call_as" \
  --query 'StackSet.Parameters[].ParameterKey' --output text)
for key in $known; do
  given=no
  for pair in "$@"; do [ "${pair%%=*}" != "$key" ] || given=yes; done
  [ $given = yes ] || parameters+=("ParameterKey=$key,UsePreviousValue=true")
done
for pair in "$@"; do parameters+=("$(as_parameter "$pair")"); done

operation=$(aws cloudformation update-stack-set \
  --stack-set-name "$name" \
  "${from[@]}" \
  --capabilities CAPABILITY_IAM \
  ${ADMINISTRATION_ROLE_ARN:+--administration-role-arn "$ADMINISTRATION_ROLE_ARN"} \
  ${EXECUTION_ROLE_NAME:+--execution-role-name "$EXECUTION_ROLE_NAME"} \
  --operation-preferences ConcurrencyMode=SOFT_FAILURE_TOLERANCE,MaxConcurrentPercentage=25,FailureTolerancePercentage=100 \
  --call-as "$call_as" \
  ${parameters[@]+--parameters "${parameters[@]}"} \
  --query OperationId --output text)

STACK_SET=$name OPERATION=$operation CALL_AS=$call_as "$HERE/report.sh"
