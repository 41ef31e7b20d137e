#!/usr/bin/env bash
# Waits for an operation of the stack set, if OPERATION names one, and says of each account how it stands and why.
# Ends with 1 if an account has no bundle.
#
#   [OPERATION=...] [CALL_AS=DELEGATED_ADMIN] ./report.sh
set -euo pipefail
HERE=$(dirname "$0")
. "$HERE/common.sh"

if [ -n "${OPERATION:-}" ]; then
  status=QUEUED
  while [[ $status == QUEUED || $status == RUNNING || $status == STOPPING ]]; do
    status=$(aws cloudformation describe-stack-set-operation \
      --stack-set-name "$name" \
      --operation-id "$OPERATION" \
      --call-as "$call_as" \
      --query StackSetOperation.Status --output text)
    [[ $status == QUEUED || $status == RUNNING || $status == STOPPING ]] && sleep "${PAUSE:-15}"
  done
  echo "Operation $OPERATION: $status"
fi

accounts=$(aws cloudformation list-stack-instances \
  --stack-set-name "$name" \
  --call-as "$call_as" \
  --query 'Summaries[].[Account, Region, StackInstanceStatus.DetailedStatus, StatusReason || `-`]' --output text)
echo "$accounts"
if cut -f 3 <<<"$accounts" | grep -qv '^SUCCEEDED$'; then exit 1; fi
