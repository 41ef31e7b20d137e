#!/usr/bin/env bash
# The bundle in every account of organizational units, now and as accounts join. Run it in the management account, or
# with CALL_AS=DELEGATED_ADMIN in the account that is delegated administrator of StackSets.
#
#   OU_IDS='ou-ab12-11111111 ou-ab12-22222222' REGION=us-east-1 ./service-managed.sh [Parameter=Value ...]
set -euo pipefail
: "${OU_IDS:?ids of organizational units (or of the root), separated by spaces}"
: "${REGION:?the one Region that the stacks live in}"
name=${STACK_SET:-rv-access-bundle}
template=${TEMPLATE:-$(dirname "$0")/../../dist/rv-access-bundle.yaml}
call_as=${CALL_AS:-SELF}

parameters=()
for pair in "$@"; do
  # A comma within a value ends it for the AWS CLI unless it is escaped.
  value=${pair#*=}
  parameters+=("ParameterKey=${pair%%=*},ParameterValue=${value//,/\\,}")
done

# An account that leaves the units keeps its stack, and Redis Cloud its access, until you delete it there.
# Managed execution lets operations that do not touch the same accounts run at once, and queues the others.
aws cloudformation create-stack-set \
  --stack-set-name "$name" \
  --description 'Access of Redis Cloud to the accounts of this organization' \
  --template-body "file://$template" \
  --capabilities CAPABILITY_IAM \
  --permission-model SERVICE_MANAGED \
  --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=true \
  --managed-execution Active=true \
  --call-as "$call_as" \
  ${parameters[@]+--parameters "${parameters[@]}"}

# An account that refuses says why and harms no other: failures neither stop the operation nor slow it down.
operation=$(aws cloudformation create-stack-instances \
  --stack-set-name "$name" \
  --deployment-targets "OrganizationalUnitIds=${OU_IDS// /,}" \
  --regions "$REGION" \
  --operation-preferences ConcurrencyMode=SOFT_FAILURE_TOLERANCE,MaxConcurrentPercentage=25,FailureTolerancePercentage=100 \
  --call-as "$call_as" \
  --query OperationId --output text)

STACK_SET=$name OPERATION=$operation CALL_AS=$call_as "$(dirname "$0")/report.sh"
