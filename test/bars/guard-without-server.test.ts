import { beforeEach, describe, expect, it } from '@jest/globals';
import { Policy } from '../../domain/identity/policy.ts';
import type { Admission } from '../../sdk/guard/admission.ts';
import { barCount } from '../support/bar-count.ts';
import { begin, Machine, type PresentedKey } from '../support/clients/offline-device.ts';
import { type SeededRandom, seeded } from '../support/seeded.ts';
import { deadReason } from '../support/server/signing-server.ts';

const seed = 20261131;
const lives = barCount(1000, 60);
const stepsOfALife = 40;
const hour = 3600;
const day = 86_400;

const enterprises = ['hub-aaaaaaaaaaaaaaaa', 'hub-bbbbbbbbbbbbbbbb', 'core-cccccccccccccccc'] as const;
const applications = ['hwf', 'boost', 'caio'] as const;

const policyOf = (more: object = {}) => Policy.parse({ modes: ['production'], enforcesFor: ['boost'], ...more });

describe(`an enforcing application without a connection (bar R31, seed ${seed})`, () => {
  let machine: Machine;
  /** the last word of the server about an enterprise, which reached the machine */
  let known: Map<string, boolean>;
  let policyVersion = 0;
  let learnedVersion = -1;

  beforeEach(async () => await begun());

  async function begun() {
    machine = new Machine();
    known = new Map();
    await machine.start();
  }

  const keyOf = (more: Partial<PresentedKey['of']> = {}) =>
    machine.newKey({ ent: enterprises[0], app: 'hwf', mode: 'production', kind: 'site', ...more });

  const anyKey = (random: SeededRandom) =>
    machine.newKey({
      ent: random.pick(enterprises),
      app: random.pick(applications),
      mode: random.pick(['production', 'dev']),
      kind: random.pick(['site', 'site', 'enterprise']),
    });

  const claimsOf = ({ jti, exp, of }: PresentedKey) => ({ jti, exp, ...of, org: of.ent.split('-')[0] ?? '' });
  const online = (key: PresentedKey) => deadReason(claimsOf(key), machine.server);

  /** Whether the policy that the guard has learned, and what it has heard of the enterprise, let it admit the key by itself. */
  function mayAdmit({ of }: PresentedKey): boolean {
    const policy = machine.learned?.policy;
    const isOfApplication = of.app === 'hwf' || (policy?.enforcesFor.includes(of.app) ?? false);
    return (
      of.ent.startsWith('hub-') && isOfApplication && (policy?.enterprises !== 'listed' || known.get(of.ent) === true)
    );
  }

  async function check(key: PresentedKey): Promise<Admission> {
    const [asked, given] = [machine.server.questions.count, machine.tokens.length];
    const admission = await machine.check(key);
    if (machine.server.isUp && machine.server.questions.count > asked)
      known.set(key.of.ent, online(key) !== 'key-unknown');
    if (machine.tokens.length > given && machine.learned?.iat === machine.server.at) learnedVersion = policyVersion;
    return admission;
  }

  it(`admits nothing that its learned policy leaves out, in ${lives} lives of ${stepsOfALife} steps`, async () => {
    const seen = { own: 0, enforced: 0, otherApplication: 0, otherOrg: 0, otherEnterprise: 0, asOnline: 0 };
    for (let life = 0; life < lives; life++) {
      const random = seeded(seed + life);
      await begun();
      const [keys, disks] = [[anyKey(random)], [machine.disk]];
      for (let count = 0; count < stepsOfALife; count++) {
        await meddle(random, keys, disks);
        const key = random.pick(keys);
        const admission = await check(key);
        const where = { life, count, of: key.of, admission };
        if (!key.of.ent.startsWith('hub-')) {
          expect({ ...where, admission }).toMatchObject({ admission: { allowed: false, reason: 'key-unknown' } });
          seen.otherOrg++;
        } else if (admission.allowed && admission.basis === 'grace') {
          expect({ ...where, may: mayAdmit(key) }).toEqual({ ...where, may: true });
          if (learnedVersion === policyVersion && machine.learned?.policy.enterprises === 'all') {
            expect({ ...where, online: online(key) === 'key-unknown' }).toEqual({ ...where, online: false });
            seen.asOnline++;
          }
          seen[key.of.app === 'hwf' ? 'own' : 'enforced']++;
        } else if (!admission.allowed && !machine.server.isUp && admission.reason === 'key-unknown' && !mayAdmit(key)) {
          seen[key.of.app === 'hwf' ? 'otherEnterprise' : 'otherApplication']++;
        }
      }
    }
    for (const [what, times] of Object.entries(seen))
      expect({ what, enough: times > lives / 8 }).toEqual({ what, enough: true });
  });

  async function meddle(random: SeededRandom, keys: PresentedKey[], disks: (string | undefined)[]) {
    const { server } = machine;
    const { learned } = machine;
    const restart = async (disk: string | undefined) => {
      await machine.guard.close();
      disks.push(machine.disk);
      await machine.startOn(disk);
      if (machine.learned === undefined || machine.learned.iat !== learned?.iat) learnedVersion = -1;
      if (disk === undefined) known.clear();
    };
    await random.pick<() => unknown>([
      () => {
        server.at += 60 + random.below(3 * hour);
      },
      () => {
        server.at += random.below(2 * day);
      },
      () => {
        server.isUp = !server.isUp;
      },
      () => {
        server.isUp = random.chance(0.3);
      },
      () => {
        policyVersion++;
        server.policy = policyOf({
          enforcesFor: random.pick([[], ['boost'], ['boost', 'caio'], ['caio']]),
          enterprises: random.pick(['all', 'all', [enterprises[0]], [enterprises[1]]]),
          graceSeconds: random.pick([day, 5 * day]),
        });
      },
      () => keys.push(anyKey(random)),
      () => keys.push(anyKey(random)),
      async () => await restart(machine.disk),
      async () => await restart(undefined),
      async () => await restart(withoutPolicy(machine.disk)),
      () => {
        const policy = policyOf({ enforcesFor: ['boost', 'caio'] });
        machine.forgedAnswer = random.pick([
          { policy },
          { policy, token: random.pick([...machine.tokens, 'x.y.z']) },
          {},
        ]);
      },
    ])();
  }

  describe('a key of today that was never asked about', () => {
    const offline = { allowed: false, reason: 'key-unknown' };

    async function learnedBefore(policy: object) {
      machine.server.policy = policyOf(policy);
      await check(keyOf());
      machine.server.isUp = false;
      machine.server.at += hour;
    }

    it('is admitted where it is the application’s own, or one that it enforces for, in every mode and kind', async () => {
      await learnedBefore({ enforcesFor: ['boost'] });
      for (const app of ['hwf', 'boost'])
        for (const mode of ['production', 'dev'] as const)
          for (const kind of ['site', 'enterprise'] as const)
            expect(await check(keyOf({ app, mode, kind }))).toMatchObject({ allowed: true, basis: 'grace' });
    });

    it('is unknown where it is of an application that the policy leaves out, of another Org, or of another enterprise', async () => {
      await learnedBefore({ enforcesFor: ['boost'], enterprises: [enterprises[0]] });
      expect(await check(keyOf({ app: 'caio' }))).toMatchObject(offline);
      expect(await check(keyOf({ ent: enterprises[2] }))).toMatchObject(offline);
      expect(await check(keyOf({ ent: enterprises[1] }))).toMatchObject(offline);
      expect(await check(keyOf({ ent: enterprises[0], app: 'boost' }))).toMatchObject({ allowed: true });
    });

    it('is not reported to the vendor because of the policy alone', async () => {
      await learnedBefore({ enforcesFor: [] });
      await check(keyOf({ app: 'boost' }));
      await check(keyOf({ app: 'boost' }));
      machine.server.isUp = true;
      await machine.guard.close();
      expect(machine.reported).toEqual([]);
    });

    it('is unknown without a learned policy, unless it is the application’s own', async () => {
      machine.server.isUp = false;
      expect(await check(keyOf({ app: 'boost' }))).toMatchObject(offline);
      expect(await check(keyOf())).toMatchObject({ allowed: true });
    });

    it('goes by the policy of its disk after a restart, and without that disk, or with an edited one, by none', async () => {
      await learnedBefore({ enforcesFor: ['boost'] });
      await machine.guard.close();
      const disk = machine.disk;
      await machine.start();
      expect(await check(keyOf({ app: 'boost' }))).toMatchObject({ allowed: true });
      const others = token(JSON.stringify({ sub: 'application:hub/boost' }));
      for (const other of [undefined, withoutPolicy(disk), withPolicy(disk, others), withPolicy(disk, wider(disk))]) {
        await machine.startOn(other);
        expect(await check(keyOf({ app: 'boost' }))).toMatchObject(offline);
        expect(await check(keyOf())).toMatchObject({ allowed: true });
      }
    });
  });

  describe('an answer with a wider policy', () => {
    const wide = policyOf({ enforcesFor: ['boost', 'caio'] });

    /** The application was known as narrow an hour ago, and as wide before that. */
    async function narrowed(): Promise<string> {
      machine.server.policy = wide;
      await check(keyOf());
      const [earlier = ''] = machine.tokens;
      await machine.guard.close();
      await machine.start();
      machine.server.policy = policyOf({ enforcesFor: [] });
      machine.server.at += hour;
      await check(keyOf());
      expect(machine.learned?.policy.enforcesFor).toEqual([]);
      return earlier;
    }

    const answers: Record<string, (earlier: string) => object> = {
      'that the Org has not signed': () => ({ policy: wide, token: machine.tokens.at(-1) }),
      'without a token': () => ({ policy: wide, token: 'none' }),
      'whose token was edited': () => ({ token: wider(machine.disk) }),
      'that is that of another application': () => ({ token: ofBoost() }),
      'that is older than the known one': earlier => ({ token: earlier }),
    };

    function ofBoost(): string {
      machine.server.policy = wide;
      return machine.server.tokenOf('boost');
    }

    it.each(Object.entries(answers))('%s is not taken', async (_, answer) => {
      const earlier = await narrowed();
      machine.forgedAnswer = answer(earlier);
      await machine.guard.close();
      await machine.start();
      machine.server.at += hour;
      await check(keyOf());
      machine.server.isUp = false;
      expect(await check(keyOf({ app: 'caio' }))).toMatchObject({ allowed: false, reason: 'key-unknown' });
    });

    it('that is over is not taken by a machine that has lost its disk', async () => {
      const earlier = await narrowed();
      machine.forgedAnswer = { token: earlier };
      machine.server.at += day;
      await machine.startOn(undefined);
      await check(keyOf());
      expect(machine.troubles).toHaveLength(1);
      machine.server.isUp = false;
      expect(await check(keyOf({ app: 'caio' }))).toMatchObject({ allowed: false, reason: 'key-unknown' });
    });
  });

  it('takes no wider limits from what the Org has not signed', async () => {
    machine.server.policy = policyOf({ graceSeconds: hour });
    machine.forgedAnswer = { policy: policyOf({ graceSeconds: 5 * day }) };
    const key = keyOf();
    await check(key);
    machine.server.isUp = false;
    machine.server.at += hour;
    expect(await check(key)).toMatchObject({ allowed: false, reason: 'grace-ended' });
    await machine.guard.close();
    await machine.start();
    expect(await check(key)).toMatchObject({ allowed: false, reason: 'grace-ended' });
  });

  it('asks for its policy again within an hour when the server knows a key that the policy leaves out', async () => {
    machine.server.policy = policyOf({ enforcesFor: [] });
    await check(keyOf());
    machine.server.policy = policyOf({ enforcesFor: ['boost'] });
    machine.server.at += hour;
    await check(keyOf({ app: 'boost' }));
    await check(keyOf({ app: 'boost' }));
    machine.server.isUp = false;
    expect(await check(keyOf({ app: 'boost' }))).toMatchObject({ allowed: true, basis: 'grace' });
    expect(machine.server.at).toBe(begin + hour);
  });
});

function withoutPolicy(disk: string | undefined): string | undefined {
  return withPolicy(disk, undefined);
}

function withPolicy(disk: string | undefined, policy: string | undefined): string | undefined {
  return disk && JSON.stringify({ ...JSON.parse(disk), policy });
}

/** The token on the disk, with a policy that its owner has written into it. */
function wider(disk: string | undefined): string {
  const [header, claims, rest] = splitToken(JSON.parse(disk ?? '{}').policy);
  const edited = JSON.parse(Buffer.from(claims, 'base64url').toString());
  return [
    header,
    token(JSON.stringify({ ...edited, policy: { ...edited.policy, enforcesFor: ['boost', 'caio'] } })),
    rest,
  ].join('.');
}

function splitToken(text: string): [string, string, string] {
  const [header = '', claims = '', ...rest] = text.split('.');
  return [header, claims, rest.join('.')];
}

function token(claims: string): string {
  return Buffer.from(claims).toString('base64url');
}
