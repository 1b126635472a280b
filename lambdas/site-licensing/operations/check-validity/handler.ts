import { claimedKeyType } from '../../../../domain/chain/leaf-type.ts';
import { siteIdOf } from '../../../../domain/kernel/ids.ts';
import { isoTime } from '../../../../domain/kernel/time.ts';
import { alertOf, decideValidity, verdictOf } from '../../../../domain/site-licensing/validity.ts';
import { dynamoAlerts } from '../../../platform/changes/raise-alerts.ts';
import { genuineClaims } from '../../../platform/request/presented-key.ts';
import { serve } from '../../../platform/request/serve.ts';
import { pinnedChainVerifier } from '../../../platform/trust/chain-verifier.ts';
import { secretResponder } from '../../../platform/trust/responder.ts';
import { factsOf, maySeeKey } from '../../keys/holder-of-key.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { dynamoSites } from '../../storage/sites.ts';
import { checkValidity } from './schema.ts';

const portFactories = {
  sites: dynamoSites,
  enterprises: dynamoEnterprises,
  verifier: pinnedChainVerifier,
  responder: secretResponder,
  alerts: dynamoAlerts,
};

const nothing = [undefined, false] as const;

export const handler = serve(checkValidity, portFactories, async ({ body, caller, at, nonce }, ports) => {
  const claims = await genuineClaims(ports.verifier, body.key, claimedKeyType(body.key), caller);
  const visible = claims && (await maySeeKey(claims, caller, ports)) ? claims : undefined;
  const [[holder, suspended]] = await Promise.all([
    visible ? factsOf(visible, at, ports) : nothing,
    ports.responder.prepare(caller.org),
  ]);
  const validity = decideValidity(claims, holder, suspended, at);
  const alert = visible && alertOf(visible, validity);
  if (alert) await ports.alerts.raise(alert, at);
  const verdict = verdictOf({ caller, nonce, claims }, validity, at);
  return {
    ...validity,
    ...(claims && { enterpriseId: claims.ent }),
    ...(claims && 'mode' in claims && { siteId: siteIdOf(claims.sub), mode: claims.mode }),
    cacheUntil: isoTime(verdict.exp),
    verdict: await ports.responder.sign(caller.org, verdict),
  };
});
