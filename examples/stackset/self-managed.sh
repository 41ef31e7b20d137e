#!/usr/bin/env bash
# The bundle in accounts that you list. StackSets works in them with roles of yours: AWSCloudFormationStackSetAdministrationRole
# here, AWSCloudFormationStackSetExecutionRole in each account (or the names that you give).
#
#   ACCOUNTS='111111111111 222222222222' REGION=us-east-1 ./self-managed.sh [Parameter=Value ...]
set -euo pipefail
: "${ACCOUNTS:?ids of accounts, separated by spaces}"
: "${REGION:?the one Region that the stacks live in}"
name=${STACK_SET:-rv-access-bundle}
template=${TEMPLATE:-$(dirname "$0")/../../dist/rv-access-bundle.yaml}
execution_role=${EXECUTION_ROLE_NAME:-AWSCloudFormationStackSetExecutionRole}

parameters=()
for pair in "$@"; do
  # A comma within a value ends it for the AWS CLI unless it is escaped.
  value=${pair#*=}
  parameters+=("ParameterKey=${pair%%=*},ParameterValue=${value//,/\\,}")
done

aws cloudformation create-stack-set \
  --stack-set-name "$name" \
  --description 'Access of Redis Cloud to accounts of ours' \
  --template-body "file://$template" \
  --capabilities CAPABILITY_IAM \
  --permission-model SELF_MANAGED \
  ${ADMINISTRATION_ROLE_ARN:+--administration-role-arn "$ADMINISTRATION_ROLE_ARN"} \
  --execution-role-name "$execution_role" \
  --managed-execution Active=true \
  ${parameters[@]+--parameters "${parameters[@]}"}

read -ra accounts <<<"$ACCOUNTS"
operation=$(aws cloudformation create-stack-instances \
  --stack-set-name "$name" \
  --accounts "${accounts[@]}" \
  --regions "$REGION" \
  --operation-preferences ConcurrencyMode=SOFT_FAILURE_TOLERANCE,MaxConcurrentPercentage=25,FailureTolerancePercentage=100 \
  --query OperationId --output text)

STACK_SET=$name OPERATION=$operation "$(dirname "$0")/report.sh"
