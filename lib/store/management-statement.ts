import { Aws } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { managementActions } from '../../lambdas/platform/kernel/signing-key-policy.ts';

/** Lets the account manage a key: whom exactly, its own IAM policies say. None of our functions' roles has these actions. */
export function managementStatement(): PolicyStatement {
  return new PolicyStatement({
    sid: 'Manage',
    principals: [new AccountPrincipal(Aws.ACCOUNT_ID)],
    actions: [...managementActions],
    resources: ['*'],
  });
}
