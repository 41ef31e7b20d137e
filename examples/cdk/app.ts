import { App } from 'aws-cdk-lib';
import { RvAccessStack } from './rv-access-stack.ts';

const app = new App();
new RvAccessStack(app, 'RvAccess', {
  template: process.env.TEMPLATE ?? '../../dist/rv-access-bundle.yaml',
  parameters: { RotationDays: '45', DailyCheck: 'Repair' },
});
app.synth();
