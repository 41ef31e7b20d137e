/** What operators call themselves, or the console, the CLI and SAM for them; on the stack, where nothing else is said. */
export const onStack = [
  'cloudformation:CancelUpdateStack',
  'cloudformation:ContinueUpdateRollback',
  'cloudformation:CreateChangeSet',
  'cloudformation:CreateStack',
  'cloudformation:DeleteChangeSet',
  'cloudformation:DeleteStack',
  'cloudformation:DescribeChangeSet',
  'cloudformation:DescribeStackEvents',
  'cloudformation:DescribeStackResources',
  'cloudformation:DescribeStacks',
  'cloudformation:ExecuteChangeSet',
  'cloudformation:GetTemplate',
  'cloudformation:ListStackResources',
  'cloudformation:RollbackStack',
  'cloudformation:TagResource',
  'cloudformation:UntagResource',
  'cloudformation:UpdateStack',
];

/** What has no resource. */
export const onNothing = [
  'cloudformation:GetTemplateSummary',
  'cloudformation:ListStacks',
  'cloudformation:ValidateTemplate',
];

/** On the application in the Serverless Application Repository. */
export const onApplication = [
  'serverlessrepo:CreateCloudFormationChangeSet',
  'serverlessrepo:CreateCloudFormationTemplate',
  'serverlessrepo:GetApplication',
  'serverlessrepo:GetCloudFormationTemplate',
];
