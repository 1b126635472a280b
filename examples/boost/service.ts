import { timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { createKeyring, type Keyring } from '../../sdk/index.ts';
import { ask, Declined, type Route, startJsonService } from '../json-service.ts';
import type { License } from '../license-settings.ts';
import { partnerToken } from '../partner-token.ts';

const quarterHour = 900;

/** Starts Boost: it asks for its own sites, keeps and refreshes their keys, and shows them to HWF. @returns where it listens */
export async function startBoost(license: License): Promise<string> {
  const { client, root, store, clock } = license;
  const onTrouble = (name: string, error: unknown) => console.error(`key ${name}: ${Object(error).message}`);
  const keyring = createKeyring({ client, root, store, onTrouble });
  // With a clock that nobody moves: keyring.start().
  clock.every(quarterHour, keyring.refreshDue, error => onTrouble('', error));
  return await startJsonService({
    'POST /sites': newSite(keyring, await partnerToken(store)),
    'POST /sites/{id}/readings': sendReading(keyring),
    'GET /sites/{id}/license': licenseOf(keyring),
  });
}

/** Boost's policy leaves the choice between dev and production: it must say. */
function newSite(keyring: Keyring, token: string): Route {
  const Body = z.strictObject({
    enterpriseId: z.string(),
    plant: z.string(),
    mode: z.enum(['dev', 'production']).optional(),
  });
  return {
    async answer({ body, authorization }) {
      if (!isSame(authorization ?? '', `Bearer ${token}`)) throw new Declined(401, 'not-a-partner', 'Who are you?');
      const { enterpriseId, plant, mode } = Body.parse(body);
      const input = { enterpriseId, siteRef: plant, state: 'commissioning', ...(mode && { mode }) } as const;
      const { key } = await keyring.obtain(plant, 'create-site', input);
      return { key };
    },
  };
}

/** What the plant measures goes to HWF with the key of now. */
function sendReading(keyring: Keyring): Route {
  const Body = z.strictObject({ hwf: z.url(), value: z.number() });
  return {
    async answer({ id: plant, body }) {
      const { hwf, value } = Body.parse(body);
      const held = await keyring.current(plant);
      if (!held) throw new Declined(404, 'not-found', 'There is no such site.');
      const siteId = held.claims.sub.slice('site:'.length);
      return await ask(`${hwf}/dashboards/${siteId}/readings`, 'POST', {
        body: { value },
        headers: { 'license-key': held.key },
      });
    },
  };
}

/** How a site stands: never its key. */
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
