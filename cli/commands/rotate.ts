import { Command, Option } from 'commander';
import * as z from 'zod';
import { generationsOf, type KeyRing, type KeyRings, type KeyRole } from '../../domain/trust/key-ring.ts';
import {
  obstacleTo,
  planStep,
  type RingKind,
  type RotationFacts,
  rotationSteps,
} from '../../domain/trust/key-ring-rotation.ts';
import type { Answer } from '../../sdk/client.ts';
import { answered, callerOf } from '../caller.ts';
import { addCredentialOptions, readTarget } from '../credentials.ts';
import { addExample } from '../example.ts';
import { UsageError } from '../exit.ts';
import { type KeyRingsFile, openKeyRings } from '../key-rings-file.ts';
import { output } from '../output.ts';
import { planTable, remedyOf, rowsOf, stepText } from '../rotation-plan.ts';
import { rotateEnterprise } from './rotate-enterprise.ts';

/** `license-server rotate`: replaces keys of the chain of trust, a step at a time; each prints its plan first. */
export function rotateCommand(): Command {
  const command = new Command('rotate').description(
    'Plans and takes the steps by which keys of the chain are replaced.',
  );
  const root = command.command('root').description('The Root of a stage.');
  root.action(async (options: unknown) => await rotateRing('root', undefined, options));
  const org = command.command('org').description('The key of an Org.').argument('<org>');
  org.action(async (name: string, options: unknown) => await rotateRing('org', name, options));
  for (const one of [root, org])
    one
      .requiredOption('--stage <name>', 'of lib/stages.ts')
      .option('--rings <file>', 'where the generations are configured', 'lib/key-rings.json')
      .addOption(new Option('--step <step>', 'another step than the one that is due').choices(rotationSteps));
  const enterprise = command.command('enterprise').description('The signing key of an enterprise.').argument('<id>');
  enterprise
    .option('--idempotency-key <key>', 'repeats an earlier rotation exactly')
    .action(async (id: string, options: unknown) => await rotateEnterprise(id, options));
  for (const one of [root, org, enterprise]) {
    one.option('--compromised', 'somebody else may use the key: waits for nothing', false);
    one.option('--yes', 'takes the step; without it the plan is only shown', false);
    addCredentialOptions(one);
  }
  addExample(root, 'rotate root --stage prod --profile operator');
  addExample(org, 'rotate org hub --stage prod --profile operator');
  addExample(enterprise, "rotate enterprise '<enterprise-id>' --profile operator --compromised");
  return command;
}

const Options = z.object({
  stage: z.string(),
  rings: z.string(),
  step: z.enum(rotationSteps).optional(),
  compromised: z.boolean(),
  yes: z.boolean(),
});

async function rotateRing(kind: RingKind, org: string | undefined, given: unknown): Promise<void> {
  const { stage, rings: path, step, compromised, yes } = Options.parse(given);
  const file = openKeyRings(path, stage);
  const target = await readTarget('get-trust', given);
  const trust = await answered(target.url, callerOf(target).call('get-trust', {}));
  const { facts, keys } = await factsOf(kind, org, file.rings, trust);
  const planned = planStep(facts, step);
  const obstacle = obstacleTo(planned, facts, target.now(), compromised);
  const deploy = `npx cdk deploy -c stage=${stage} '${stage}/*'`;
  output(
    `${org === undefined ? 'The Root' : `Org ${org}`} of stage ${stage}\n\n${planTable(rowsOf(facts.deployed, keys))}\n`,
  );
  if (planned) output(stepText(kind, planned));
  if (obstacle && (yes || obstacle !== 'too-early')) throw new UsageError(remedyOf(obstacle, planned, deploy));
  if (!planned) return;
  if (!yes) return output(`--yes writes it to ${path}; then: ${deploy}`);
  write(file, org, planned.after);
  output(`Written to ${path}. Commit it, then carry it out: ${deploy}`);
}

function write(file: KeyRingsFile, org: string | undefined, ring: KeyRing): void {
  const { rings } = file;
  file.write(org === undefined ? { ...rings, root: ring } : { ...rings, orgs: { ...rings.orgs, [org]: ring } });
}

type Trust = Answer<'get-trust'>;

/** @throws UsageError for an Org that the server does not know, or while a deployment has reached some Orgs only */
async function factsOf(kind: RingKind, org: string | undefined, rings: KeyRings, trust: Trust) {
  const known = trust.orgs.filter(one => org === undefined || one.org === org);
  const [first] = known;
  if (!first)
    throw new UsageError(`The server has no Org ${org}; it has: ${trust.orgs.map(one => one.org).join(', ')}.`);
  const configured = generationsOf(rings, first.org)[kind];
  const deployed = known.map(({ generations }) => generations[kind]);
  const keys = kind === 'root' ? trust.roots : first.keys;
  const differing = deployed.find(ring => JSON.stringify(ring) !== JSON.stringify(configured));
  const facts: RotationFacts = {
    kind,
    ring: configured,
    deployed: differing ?? configured,
    since: { current: sinceOf(keys, 'current'), next: sinceOf(keys, 'next') },
  };
  return { facts, keys };
}

function sinceOf(keys: Trust['roots'], role: KeyRole): number | undefined {
  const since = keys.find(key => key.role === role)?.since;
  return since === undefined ? undefined : Date.parse(since) / 1000;
}
