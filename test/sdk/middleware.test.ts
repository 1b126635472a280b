import { describe, expect, it } from '@jest/globals';
import { refused } from '../../sdk/guard/admission.ts';
import type { LicenseGuard } from '../../sdk/guard/license-guard.ts';
import { expressGuard } from '../../sdk/middleware/express.ts';
import { fastifyGuard } from '../../sdk/middleware/fastify.ts';
import { honoGuard } from '../../sdk/middleware/hono.ts';

const admitted = {
  allowed: true,
  basis: 'verdict',
  until: 1,
  subject: 'site:hub-a-b',
  enterpriseId: 'hub-a',
  application: 'hwf',
} as const;

const guard: Pick<LicenseGuard, 'check'> = {
  check: async key => {
    if (key === 'broken') throw new Error('broken');
    return key === 'good' ? admitted : refused(key ? 'suspended' : 'key-missing');
  },
};

type Outcome = { status?: number; type?: string; body?: Record<string, unknown>; license?: unknown; error?: unknown };
const reading = (body: string): Record<string, unknown> => JSON.parse(body);

const frameworks: Record<string, (value: string | string[] | undefined, header?: string) => Promise<Outcome>> = {
  Express: async (value, header) =>
    await new Promise(resolve => {
      const request: Parameters<ReturnType<typeof expressGuard>>[0] = { headers: { [header ?? 'license-key']: value } };
      const headers = new Map<string, string>();
      const response = {
        statusCode: 200,
        setHeader: (name: string, text: string) => headers.set(name, text),
        end: (body: string) =>
          resolve({ status: response.statusCode, type: headers.get('content-type') ?? '', body: reading(body) }),
      };
      const next = (error?: unknown) => resolve(error ? { error } : { license: request.license });
      expressGuard(guard as LicenseGuard, header ? { header } : {})(request, response, next);
    }),
  Fastify: async (value, header) => {
    const request: Parameters<ReturnType<typeof fastifyGuard>>[0] = { headers: { [header ?? 'license-key']: value } };
    const outcome: Outcome = {};
    const reply = {
      code: (status: number) => Object.assign(outcome, { status }),
      header: (_: string, type: string) => Object.assign(outcome, { type }),
      send: (body: string) => Object.assign(outcome, { body: reading(body) }),
    };
    const hook = fastifyGuard(guard as LicenseGuard, header ? { header } : {});
    return await hook(request, reply).then(
      answered => (answered ? outcome : { license: request.license }),
      (error: unknown) => ({ error }),
    );
  },
  Hono: async (value, header) => {
    const outcome: Outcome = {};
    const context = {
      req: { header: (name: string) => (name === (header ?? 'license-key') ? [value].flat()[0] : undefined) },
      set: (_: 'license', license: unknown) => Object.assign(outcome, { license }),
    };
    const handler = honoGuard(guard as LicenseGuard, header ? { header } : {});
    const response = await handler(context, async () => {}).catch((error: unknown) => ({ error }));
    if (!response) return outcome;
    if (!(response instanceof Response)) return response;
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      body: reading(await response.text()),
    };
  },
};

describe.each(Object.entries(frameworks))('the middleware of %s', (name, ask) => {
  it('lets a request with a good key in and tells what it allows', async () => {
    expect(await ask('good')).toEqual({ license: admitted });
    expect(await ask('good', 'x-key')).toEqual({ license: admitted });
  });

  it.each([
    ['a dead key', 'dead', 'suspended'],
    ['no key', undefined, 'key-missing'],
  ])('refuses %s with a problem', async (_, key, code) => {
    const { status, type, body, license } = await ask(key);
    expect({ status, type, license }).toEqual({ status: 403, type: 'application/problem+json', license: undefined });
    expect(body).toMatchObject({ status: 403, code, type: `urn:license-server:refusal:${code}` });
  });

  it('admits no request when the guard fails', async () => {
    expect(await ask('broken')).toEqual({ error: new Error('broken') });
  });

  if (name !== 'Hono')
    it('takes a key that comes twice for none', async () => {
      expect((await ask(['good', 'good'])).body).toMatchObject({ code: 'key-missing' });
    });
});

it('hands over to Express what a refusal met that came too late: the request was answered while the guard was waited for', async () => {
  const sent = new Error('Cannot set headers after they are sent to the client');
  const response = {
    statusCode: 503,
    setHeader: () => {
      throw sent;
    },
    end: () => {},
  };
  const error = await new Promise(resolve => expressGuard(guard as LicenseGuard)({ headers: {} }, response, resolve));
  expect(error).toBe(sent);
});
