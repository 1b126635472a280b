import { timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { createKeyring, type Keyring } from '../../sdk/index.ts';
import { ask, DeclinedError, type Route, startJsonService } from '../json-service.ts';
import type { License } from '../license-settings.ts';
import { partnerToken } from '../partner-token.ts';

const quarterHour = 900;

/** Starts Boost, which creates its sites, refreshes their keys, and presents them to HWF. @returns its URL */
export async function startBoost(license: License): Promise<string> {
  const { client, root, store, clock } = license;
  const onError = (name: string, error: unknown) => console.error(`key ${name}: ${Object(error).message}`);
  const keyring = createKeyring({ client, root, store, onError });
  // Without a clock that is advanced: keyring.start().
  clock.every(quarterHour, keyring.refreshDue, error => onError('', error));
  return await startJsonService({
    'POST /sites': newSite(keyring, await partnerToken(store)),
    'POST /sites/{id}/readings': sendReading(keyring),
    'GET /sites/{id}/license': licenseOf(keyring),
  });
}

/** Creates a site. The policy of Boost allows dev and production, so the mode is required. */
function newSite(keyring: Keyring, token: string): Route {
  const Body = z.strictObject({
    enterpriseId: z.string(),
    plant: z.string(),
    mode: z.enum(['dev', 'production']).optional(),
  });
  return {
    async answer({ body, authorization }) {
      if (!isSame(authorization ?? '', `Bearer ${token}`))
        throw new DeclinedError(401, 'not-a-partner', 'The token of the partner is invalid.');
      const { enterpriseId, plant, mode } = Body.parse(body);
      const input = { enterpriseId, siteRef: plant, state: 'commissioning', ...(mode && { mode }) } as const;
      const { key } = await keyring.obtain(plant, 'create-site', input);
      return { key };
    },
  };
}

/** Sends a reading of the plant to HWF, with the current key. */
function sendReading(keyring: Keyring): Route {
  const Body = z.strictObject({ hwf: z.url(), value: z.number() });
  return {
    async answer({ id: plant, body }) {
      const { hwf, value } = Body.parse(body);
      const held = await keyring.current(plant);
      if (!held) throw new DeclinedError(404, 'not-found', 'The site does not exist.');
      const siteId = held.claims.sub.slice('site:'.length);
      return await ask(`${hwf}/dashboards/${siteId}/readings`, 'POST', {
        body: { value },
        headers: { 'license-key': held.key },
      });
    },
  };
}

/** Returns the license status of a site, never its key. */
function licenseOf(keyring: Keyring): Route {
  return {
    async answer({ id: plant }) {
      const held = await keyring.current(plant);
      return { generation: held?.claims.gen, refreshAfter: held?.refreshAfter, expiresAt: held?.expiresAt };
    },
  };
}

function isSame(one: string, other: string): boolean {
  const [bytes, others] = [Buffer.from(one), Buffer.from(other)];
  return bytes.length === others.length && timingSafeEqual(bytes, others);
}
