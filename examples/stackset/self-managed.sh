#!/usr/bin/env bash
# The bundle in accounts that you list. StackSets works in them with roles of yours: AWSCloudFormationStackSetAdministrationRole
# here, AWSCloudFormationStackSetExecutionRole in each account (or the names that you give). It can be run again: a stack
# set that is there stays as it is (update.sh changes it), and accounts without a bundle are tried once more.
#
#   BUCKET=... ACCOUNTS='111111111111 222222222222' REGION=us-east-1 ./self-managed.sh [Parameter=Value ...]
set -euo pipefail
: "${ACCOUNTS:?ids of accounts, separated by spaces}"
: "${REGION:?the one Region that the stacks live in}"
HERE=$(dirname "$0")
. "$HERE/common.sh"

if stack_set_exists; then
  echo "The stack set $name is there and stays as it is."
else
  upload_template
  parameters=()
  for pair in "$@"; do parameters+=("$(as_parameter "$pair")"); done
  aws cloudformation create-stack-set \
    --stack-set-name "$name" \
    --description 'Access of Redis Cloud to accounts of ours' \
    --template-url "$template_url" \
    --capabilities CAPABILITY_IAM \
    --permission-model SELF_MANAGED \
    ${ADMINISTRATION_ROLE_ARN:+--administration-role-arn "$ADMINISTRATION_ROLE_ARN"} \
    --execution-role-name "${EXECUTION_ROLE_NAME:-AWSCloudFormationStackSetExecutionRole}" \
    --managed-execution Active=true \
    ${parameters[@]+--parameters "${parameters[@]}"}
fi

read -ra accounts <<<"$ACCOUNTS"
operation=$(aws cloudformation create-stack-instances \
  --stack-set-name "$name" \
  --accounts "${accounts[@]}" \
  --regions "$REGION" \
  --operation-preferences ConcurrencyMode=SOFT_FAILURE_TOLERANCE,MaxConcurrentPercentage=25,FailureTolerancePercentage=100 \
  --query OperationId --output text)

STACK_SET=$name OPERATION=$operation "$HERE/report.sh"
