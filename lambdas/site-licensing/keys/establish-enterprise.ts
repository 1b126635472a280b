import type { AppId, EnterpriseId } from '../../../domain/kernel/ids.ts';
import { notFound, Refusal } from '../../../domain/kernel/refusal.ts';
import { assertIssues, type Enterprise } from '../../../domain/site-licensing/enterprise.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import type { Certifier } from '../../platform/trust/certifier.ts';
import type { EnterpriseKms } from '../storage/enterprise-kms.ts';
import type { Enterprises } from '../storage/enterprises.ts';
import type { KeyIssuer } from '../storage/key-issuer.ts';
import type { KeyRepeater } from '../storage/key-repeater.ts';
import { enterpriseKeyAnswerOf, issueEnterpriseKey, type KeyedRequest, keyRequest } from './issue-key.ts';
import { repeatEnterpriseKey } from './repeat-key.ts';

interface Ports {
  readonly enterprises: Enterprises;
  readonly kms: EnterpriseKms;
  readonly certifier: Certifier;
  readonly issuer: KeyIssuer;
  readonly repeater: KeyRepeater;
  readonly runtime: Runtime;
}

/** Completes a reserved enterprise from the state that an earlier attempt has left: KMS key, link, first key. */
export async function establishEnterprise(id: EnterpriseId, app: AppId, request: KeyedRequest, ports: Ports) {
  const enterprise = assertIssues(await liveEnterprise(id, request, ports), request.at);
  const before = await ports.enterprises.key(id, app);
  const key = keyRequest(request);
  if (before) {
    if (before.key.request.idempotencyHash !== key.idempotencyHash)
      throw new Refusal(
        'key-superseded',
        'The request was answered before, and its key was replaced since. Use the newer key.',
      );
    return await repeatEnterpriseKey(before, request.idempotencyKey, ports.repeater);
  }
  const { after, token } = await issueEnterpriseKey(
    { enterprise: id, app },
    1,
    enterprise,
    { served: request, key },
    ports,
  );
  await ports.enterprises.recordKey(undefined, after, { ...request.change, idempotencyRecord: undefined });
  return enterpriseKeyAnswerOf(id, app, after.key, token);
}

async function liveEnterprise(
  id: EnterpriseId,
  { change }: KeyedRequest,
  { enterprises, kms, certifier }: Ports,
): Promise<Enterprise> {
  const reserved = await enterprises.findNow(id);
  if (!reserved) throw notFound('enterprise');
  if (reserved.status !== 'creating') return reserved;
  const kmsKey = await kms.establish(id, reserved.generation);
  const link = await certifier.certifyEnterprise(id, reserved.generation);
  await enterprises.record(
    reserved,
    { ...reserved, status: 'live', kmsKey, link },
    { ...change, idempotencyRecord: undefined },
  );
  return { ...reserved, status: 'live', kmsKey, link };
}
