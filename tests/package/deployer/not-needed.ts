/**
 * What the handlers may call for features of a resource that this template does not use, by the feature. The deployer
 * needs no permission for it.
 */
export const notNeeded: Record<string, string[]> = {
  'a KMS key of its own for the variables of the function': [
    'kms:CreateGrant',
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:Encrypt',
    'kms:GenerateDataKey',
  ],
  'a function in a VPC': [
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcs',
  ],
  'file systems': ['elasticfilesystem:DescribeMountTargets', 's3files:ListMountTargets'],
  'signed code': [
    'lambda:DeleteFunctionCodeSigningConfig',
    'lambda:GetCodeSigningConfig',
    'lambda:PutFunctionCodeSigningConfig',
  ],
  'code at a version of an object in S3': ['s3:GetObjectVersion'],
  layers: ['lambda:GetLayerVersion'],
  'reserved concurrency': ['lambda:DeleteFunctionConcurrency', 'lambda:PutFunctionConcurrency'],
  'capacity providers': ['lambda:PassCapacityProvider', 'lambda:PutFunctionScalingConfig'],
  'a runtime pinned to a version': ['lambda:AssociateRuntimeAlias', 'lambda:PutRuntimeManagementConfig'],
  'recursive calls': ['lambda:PutFunctionRecursionConfig'],
  'versions of the function': ['lambda:PublishVersion'],
  'managed policies on the role of the function': ['iam:AttachRolePolicy'],
  'a KMS key of its own for the log group': ['logs:AssociateKmsKey', 'logs:DisassociateKmsKey'],
  'logs that are kept for ever': ['logs:DeleteRetentionPolicy'],
  'masking of logs': [
    'firehose:TagDeliveryStream',
    'logs:CreateLogDelivery',
    'logs:PutDataProtectionPolicy',
    's3:REST.PUT.OBJECT',
  ],
  'fields that the log group is indexed by': ['logs:DeleteIndexPolicy', 'logs:PutIndexPolicy'],
  'resource policies of logs': ['logs:DeleteResourcePolicy', 'logs:PutResourcePolicy'],
  'protected or tokened log groups': [
    'logs:PutBearerTokenAuthentication',
    'logs:PutLogGroupDeletionProtection',
  ],
};
