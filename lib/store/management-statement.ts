import { Aws } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { managementActions } from '../../lambdas/platform/kernel/signing-key-policy.ts';

/** Returns the statement that lets the account manage a key, as its IAM policies allow. No role of our functions has these actions. */
export function managementStatement(): PolicyStatement {
  return new PolicyStatement({
    sid: 'Manage',
    principals: [new AccountPrincipal(Aws.ACCOUNT_ID)],
    actions: [...managementActions],
    resources: ['*'],
  });
}
