#!/usr/bin/env bash
# The bundle in every account of organizational units, now and as accounts join. Run it in the management account, or
# with CALL_AS=DELEGATED_ADMIN in the account that is delegated administrator of StackSets. It can be run again: a stack set
# that is there stays as it is (update.sh changes it), and accounts without a bundle are tried once more.
#
#   BUCKET=... OU_IDS='ou-ab12-11111111 ou-ab12-22222222' REGION=us-east-1 ./service-managed.sh [Parameter=Value ...]
set -euo pipefail
: "${OU_IDS:?ids of organizational units (or of the root), separated by spaces}"
: "${REGION:?the one Region that the stacks live in}"
HERE=$(dirname "$0")
. "$HERE/common.sh"

if stack_set_exists; then
  echo "The stack set $name is there and stays as it is."
else
  upload_template
  parameters=()
  for pair in "$@"; do parameters+=("$(as_parameter "$pair")"); done
  # An account that leaves the units keeps its stack, and Redis Cloud its access, until you delete it there.
  # Managed execution lets operations that do not touch the same accounts run at once, and queues the others.
  aws cloudformation create-stack-set \
    --stack-set-name "$name" \
    --description 'Access of Redis Cloud to the accounts of this organization' \
    --template-url "$template_url" \
    --capabilities CAPABILITY_IAM \
    --permission-model SERVICE_MANAGED \
    --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=true \
    --managed-execution Active=true \
    --call-as "$call_as" \
    ${parameters[@]+--parameters "${parameters[@]}"}
fi

# An account that refuses says why and harms no other: failures neither stop the operation nor slow it down.
operation=$(aws cloudformation create-stack-instances \
  --stack-set-name "$name" \
  --deployment-targets "OrganizationalUnitIds=${OU_IDS// /,}" \
  --regions "$REGION" \
  --operation-preferences ConcurrencyMode=SOFT_FAILURE_TOLERANCE,MaxConcurrentPercentage=25,FailureTolerancePercentage=100 \
  --call-as "$call_as" \
  --query OperationId --output text)

STACK_SET=$name OPERATION=$operation CALL_AS=$call_as "$HERE/report.sh"
