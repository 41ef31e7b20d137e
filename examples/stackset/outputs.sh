#!/usr/bin/env bash
# Prints the outputs of every stack of the stack set, one JSON object per account and line: StackSets does not collect
# them, so they are read in each account, in a role there that may call cloudformation:DescribeStacks.
#
#   ROLE_NAME=OrganizationAccountAccessRole ./outputs.sh
set -euo pipefail
: "${ROLE_NAME:?name of a role that you may assume in each account}"
name=${STACK_SET:-rv-access-bundle}
call_as=${CALL_AS:-SELF}
partition=$(aws sts get-caller-identity --query Arn --output text | cut -d : -f 2)

aws cloudformation list-stack-instances \
  --stack-set-name "$name" \
  --call-as "$call_as" \
  --filters Name=DETAILED_STATUS,Values=SUCCEEDED \
  --query 'Summaries[].[Account, Region, StackId]' --output text |
  while read -r account region stack; do
    read -r id key token < <(aws sts assume-role \
      --role-arn "arn:$partition:iam::$account:role/$ROLE_NAME" \
      --role-session-name rv-access-bundle \
      --query 'Credentials.[AccessKeyId, SecretAccessKey, SessionToken]' --output text)
    AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$key AWS_SESSION_TOKEN=$token aws cloudformation describe-stacks \
      --stack-name "$stack" \
      --region "$region" \
      --query "Stacks[0].Outputs[].{key: OutputKey, value: OutputValue}" --output json |
      tr -d '\n' | sed "s/^/{\"account\": \"$account\", \"outputs\": /; s/\$/}/"
    echo
  done
