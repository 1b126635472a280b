import { createHash } from 'node:crypto';
import { componentIdentity, isSignatureError, type RequestDescriptor, verifySignature } from 'http-message-sig';
import { parseDictionary } from 'structured-headers';
import { type Application, type ApplicationKey, keyAlgorithms } from '../../../domain/identity/application.ts';
import type { Caller } from '../../../domain/identity/policy.ts';
import { KeyId } from '../../../domain/kernel/ids.ts';
import { Refusal } from '../../../domain/kernel/refusal.ts';
import type { Applications } from '../identity/applications.ts';
import { checkSignature } from '../kernel/check-signature.ts';
import { canonicalQuery } from './canonical-query.ts';
import { headerValues, type PipelineState } from './pipeline-state.ts';

/** The profile of RFC 9421 that we take (docs/rules.md 6). */
export const signatureTag = 'license-server-v1';
const windowSeconds = 300;
const skewSeconds = 60;
const nonceShape = /^[A-Za-z0-9_-]{16,64}$/;

/** An authentication failure with its reason. The reason is logged only: all failures have the same response. */
export class UnauthenticatedError extends Refusal {
  readonly reason: string;

  constructor(reason: string) {
    super(
      'signature-invalid',
      'The request signature is missing or invalid. Sign it as docs/clients.md describes, with a registered key and a correct clock.',
    );
    this.reason = reason;
  }
}

/** Verifies the signature over raw bytes, before anything parses them. @throws Unauthenticated, application-suspended */
export async function authenticate(
  state: PipelineState,
  applications: Applications,
): Promise<{ caller: Caller; nonce: string }> {
  const message = requestDescriptor(state);
  assertDigest(state);
  try {
    const { verifier, parameters } = await verifySignature(message, {
      label: onlyLabel(state),
      policy: {
        algorithms: keyAlgorithms,
        requiredComponents: componentsOf(state),
        requiredParameters: ['created', 'keyid', 'nonce', 'alg', 'tag'],
        // The library adds the skew to the age as well; 300 s is meant to be all.
        maxAge: windowSeconds - skewSeconds,
        clockSkew: skewSeconds,
        now: state.at,
      },
      resolveVerifier: async ({ parameters: claimed, components }) => {
        assertExactComponents(state, components.map(componentIdentity));
        if (!nonceShape.test(claimed.nonce ?? '')) throw new UnauthenticatedError('the nonce is malformed');
        const { application, key } = await registeredKey(applications, claimed.keyid, state.at);
        return {
          algorithm: key.alg,
          application,
          key,
          verify: (bytes, signature) => checkSignature(key.jwk, bytes, signature),
        };
      },
    });
    return { caller: callerOf(verifier.application, verifier.key), nonce: parameters.nonce ?? '' };
  } catch (error) {
    throw reasonOf(error);
  }
}

/** Returns our own refusals as they were thrown in the resolver, and any other error of the library as UnauthenticatedError. */
function reasonOf(error: unknown): unknown {
  if (!isSignatureError(error)) return error;
  if (error.cause instanceof Error && !isSignatureError(error.cause) && error.code === 'ResolverFailed')
    return error.cause;
  return new UnauthenticatedError(ownWords.test(error.message) ? `${error.code}: ${error.message}` : error.code);
}

/** Messages of the library that quote no part of the request; others must not be logged. */
const ownWords = /^(Signature |Required |maxAge )/;

function requestDescriptor({ event }: PipelineState): RequestDescriptor {
  const { path, domainName } = event.requestContext;
  if (path.includes('%') || !domainName) throw new UnauthenticatedError('the path has a percent-encoded character');
  return {
    kind: 'request',
    method: event.httpMethod,
    targetUri: `https://${domainName}${path}${canonicalQuery(event)}`,
    fields: ['content-type', 'content-digest', 'idempotency-key', 'signature', 'signature-input'].flatMap(name =>
      headerValues(event, name).map(value => ({ name, value })),
    ),
  };
}

function componentsOf({ event, body }: PipelineState): string[] {
  return [
    '@method',
    '@authority',
    '@path',
    '@query',
    ...(body.length > 0 ? ['content-type', 'content-digest'] : []),
    ...(headerValues(event, 'idempotency-key').length > 0 ? ['idempotency-key'] : []),
  ];
}

function assertExactComponents(state: PipelineState, signed: readonly string[]): void {
  const expected = componentsOf(state).map(componentIdentity);
  if (signed.length !== expected.length || !expected.every(component => signed.includes(component)))
    throw new UnauthenticatedError('the signed components differ from the required ones');
}

/** Returns the label of the one signature with our tag; other signatures, such as a proxy's, are ignored. */
function onlyLabel({ event }: PipelineState): string {
  const text = headerValues(event, 'signature-input').join(', ');
  const labels = [...parsedDictionary(text)]
    .filter(([, [, parameters]]) => parameters.get('tag') === signatureTag)
    .map(([label]) => label);
  const [label] = labels;
  if (!label || labels.length > 1) throw new UnauthenticatedError(`${labels.length} signatures have our tag`);
  return label;
}

function parsedDictionary(text: string): ReturnType<typeof parseDictionary> {
  try {
    return parseDictionary(text);
  } catch {
    throw new UnauthenticatedError('a header is not a structured field');
  }
}

/** Compares the signed digest with the body, which the library does not check (RFC 9530). */
function assertDigest({ event, body }: PipelineState): void {
  if (body.length === 0) return;
  const [value] = parsedDictionary(headerValues(event, 'content-digest').join(', ')).get('sha-256') ?? [];
  if (!(value instanceof ArrayBuffer)) throw new UnauthenticatedError('the sha-256 content digest is missing');
  if (!createHash('sha256').update(body).digest().equals(new Uint8Array(value)))
    throw new UnauthenticatedError('the content digest does not match the body');
}

async function registeredKey(applications: Applications, keyid: string | undefined, now: number) {
  const id = KeyId.safeParse(keyid);
  if (!id.success) throw new UnauthenticatedError('the keyid is malformed');
  const application = await applications.findKey(id.data);
  const key = application?.keys.find(candidate => candidate.keyid === id.data);
  if (!application || !key) throw new UnauthenticatedError('the keyid is not registered');
  if (key.notAfter !== undefined && now >= key.notAfter) throw new UnauthenticatedError('the key was rotated out');
  return { application, key };
}

function callerOf(application: Application, key: ApplicationKey): Caller {
  if (application.status === 'suspended')
    throw new Refusal('application-suspended', 'The application is suspended. Ask the vendor.');
  const { org, app, role, policy } = application;
  return { org, app, role, policy, keyid: key.keyid };
}
