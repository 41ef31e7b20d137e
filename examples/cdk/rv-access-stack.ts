import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { type IRole, Role } from 'aws-cdk-lib/aws-iam';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import type { Construct } from 'constructs';

export interface RvAccessStackProps extends StackProps {
  /** The one-file template of a release, or of `npm run build`. */
  template: string;
  /** Parameters of the template that do not keep their default; they are no parameters of the stack any more. */
  parameters?: Record<string, string>;
}

/** A stack that is the RV access bundle, and what others of the application can use of it. */
export class RvAccessStack extends Stack {
  /** The secret that holds the keys: `secret.grantRead(...)`. */
  readonly secret: ISecret;
  /** The role that the cluster nodes run with. */
  readonly instanceRole: IRole;

  constructor(scope: Construct, id: string, { template, parameters = {}, ...props }: RvAccessStackProps) {
    super(scope, id, props);
    const bundle = new CfnInclude(this, 'Template', { templateFile: template, parameters });
    const attribute = (name: string): string => bundle.getResource('Bundle').getAtt(name).toString();
    this.secret = Secret.fromSecretCompleteArn(this, 'Secret', attribute('SecretArn'));
    this.instanceRole = Role.fromRoleArn(this, 'InstanceRole', attribute('InstanceRoleArn'));
    // The template's own outputs are the stack's; this one has a name that other stacks import.
    new CfnOutput(this, 'ExportedSecretArn', {
      value: this.secret.secretArn,
      exportName: `${this.stackName}-SecretArn`,
    });
  }
}
