import * as z from 'zod';
import { localArn, localCaller, localPrincipals } from './account.ts';
import { ServiceError } from './service-error.ts';

/** Quota "Key policy document size" of AWS KMS. */
const maxBytes = 32_768;

/** Characters of a key policy: tab, line feed, carriage return and the printable characters of Latin-1. */
const permittedCharacters = /^[\t\n\r\u0020-\u007e\u00a0-\u00ff]*$/;

const oneOrMore = z.union([z.string().transform(text => [text]), z.array(z.string()).min(1)]);
const Statement = z.looseObject({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.record(z.string(), oneOrMore).refine(kinds => Object.keys(kinds).length > 0)]),
  // Without one of these a statement has no effect, but KMS accepts the policy.
  Action: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  Condition: z.record(z.string(), z.unknown()).optional(),
});
type Statement = z.infer<typeof Statement>;
const KeyPolicy = z.looseObject({ Statement: z.union([Statement.transform(one => [one]), z.array(Statement)]) });

/** Attached when CreateKey names no policy ("Default key policy" in the KMS developer guide). */
export const defaultKeyPolicy = JSON.stringify({
  Version: '2012-10-17',
  Id: 'key-default-1',
  Statement: [
    {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: localArn('iam', 'root') },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
});

/**
 * Returns the policy if KMS would attach it (API reference, CreateKey and PutKeyPolicy, "Policy").
 *
 * @param bypass BypassPolicyLockoutSafetyCheck
 * @throws LimitExceededException, MalformedPolicyDocumentException
 */
export function checkedKeyPolicy(policy: string, bypass: boolean): string {
  if (Buffer.byteLength(policy) > maxBytes)
    throw new ServiceError('LimitExceededException', `A key policy has at most ${maxBytes} bytes.`);
  const statements = parsed(policy);
  requireKnownPrincipals(statements);
  if (!bypass && !callerMayPutPolicy(statements)) {
    const message = 'The new key policy will not allow you to update the key policy in the future.';
    throw new ServiceError('MalformedPolicyDocumentException', message);
  }
  return policy;
}

function parsed(policy: string): readonly Statement[] {
  try {
    if (!permittedCharacters.test(policy)) throw new Error('a character outside Latin-1');
    return KeyPolicy.parse(JSON.parse(policy)).Statement;
  } catch {
    throw new ServiceError('MalformedPolicyDocumentException', 'The policy is not a well-formed key policy.');
  }
}

/** Throws for a principal that KMS cannot see; no ARN may contain a wildcard. @throws MalformedPolicyDocumentException */
function requireKnownPrincipals(statements: readonly Statement[]): void {
  const named = statements.flatMap(({ Principal }) => (Principal === '*' ? [] : (Principal.AWS ?? [])));
  if (named.every(principal => principal === '*' || localPrincipals.has(principal))) return;
  throw new ServiceError(
    'MalformedPolicyDocumentException',
    'Policy contains a statement with one or more invalid principals.',
  );
}

/**
 * Whether the caller could call PutKeyPolicy under this policy. The local caller stands for the roles of our functions, whose IAM
 * policies do not allow it, so a statement for the account allows nothing: it must name the caller or everyone. The conditions of a
 * statement are not evaluated: an allowing one counts as not met, a denying one as met.
 */
function callerMayPutPolicy(statements: readonly Statement[]): boolean {
  const about = statements.filter(statement => namesCaller(statement) && coversPutKeyPolicy(statement));
  const isAllowed = about.some(({ Effect, Condition }) => Effect === 'Allow' && !Condition);
  return isAllowed && !about.some(({ Effect }) => Effect === 'Deny');
}

function namesCaller({ Principal }: Statement): boolean {
  if (Principal === '*') return true;
  return (Principal.AWS ?? []).some(principal => principal === '*' || principal === localCaller);
}

function coversPutKeyPolicy({ Action = [], Resource = [] }: Statement): boolean {
  return Resource.length > 0 && Action.some(action => /^(\*|kms:(\*|Put\*|PutKeyPolicy))$/i.test(action));
}
