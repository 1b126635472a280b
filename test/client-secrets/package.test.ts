import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { buildClientSecrets } from '../../scripts/build-client-secrets.ts';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(project, 'build', 'client-secrets-consumer');
const built = join(project, 'build', 'client-secrets-package');

/** A CDK app of a customer. */
const consumer = `
import { LicenseClientSecrets, type LicenseClientSecretsProps } from '@license-server/client-secrets';
import { App, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';

const app = new App({ outdir: process.argv[2]! });
const stack = new Stack(app, 'hwf');
const props: LicenseClientSecretsProps = {
  prefix: 'license-keys/hwf/',
  roots: [{ kty: 'EC', crv: 'P-256', x: 'root-x', y: 'root-y' }],
  profile: Secret.fromSecretNameV2(stack, 'Profile', 'license-profile/hwf'),
};
const keys = new LicenseClientSecrets(stack, 'LicenseKeys', props);
keys.grantUse(new Role(stack, 'Task', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }));
const { prefix, functionArn }: { prefix: string; functionArn: string } = keys.store;
// @ts-expect-error the vendor's Root must be pinned
const careless: LicenseClientSecretsProps = { prefix, profile: props.profile };
app.synth();
console.log(prefix, typeof functionArn, careless.roots?.length);
`;

/** Both kinds of module: most CDK apps are CommonJS. */
const kinds = [
  ['an ES module', 'app.mts', 'app.mjs'],
  ['a CommonJS module', 'app.cts', 'app.cjs'],
] as const;

describe('the package of the construct', () => {
  beforeAll(async () => {
    await buildClientSecrets(built);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, 'node_modules', '@license-server'), { recursive: true });
    symlinkSync(built, join(folder, 'node_modules', '@license-server', 'client-secrets'));
    writeFileSync(join(folder, 'package.json'), '{}');
    for (const [, source] of kinds) writeFileSync(join(folder, source), consumer);
  });
  afterAll(() => {
    for (const made of [folder, built]) rmSync(made, { recursive: true, force: true });
  });

  it('has types that a strict CDK app compiles against, as either kind of module', async () => {
    const tsc = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
    const options = '--strict --target es2023 --module nodenext --skipLibCheck --types node --ignoreConfig';
    const sources = kinds.map(([, source]) => source);
    const failed = await run(process.execPath, [tsc, ...options.split(' '), ...sources], { cwd: folder }).then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    );
    expect(failed).toBe('');
  });

  it.each(kinds)('synthesises in %s, and the bundled function is among its assets', async (_, _source, program) => {
    const out = join(folder, `out-${program}`);
    const { stdout } = await run(process.execPath, [program, out], { cwd: folder });
    expect(stdout).toContain('license-keys/hwf/ string');
    const { Runtime, Handler, Code } = rotationIn(out);
    expect([Runtime, Handler]).toEqual(['nodejs24.x', 'index.handler']);
    const asset = join(out, `asset.${Code.S3Key.replace('.zip', '')}`);
    expect(readdirSync(asset)).toEqual(['index.mjs']);
    expect(readFileSync(join(asset, 'index.mjs'))).toEqual(readFileSync(join(built, 'rotation', 'index.mjs')));
  });

  it('shows a mistake and its remedy at synth, not a page of the construct', async () => {
    const mistaken = consumer.replace("prefix: 'license-keys/hwf/'", "prefix: 'license-keys'");
    writeFileSync(join(folder, 'mistake.mts'), mistaken);
    const { stderr } = await run(process.execPath, ['mistake.mts', 'out'], { cwd: folder }).catch(
      (error: { stderr: string }) => error,
    );
    expect(stderr).toContain('prefix must be a name that ends with "/"');
    expect(stderr.length).toBeLessThan(3000);
  });

  it('brings no part of the CDK, of the AWS SDK or of Node beyond what its manifest says', () => {
    const text = readFileSync(join(built, 'index.js'), 'utf8');
    const imports = [...text.matchAll(/\bfrom\s*["']([^"']+)["']/g)].map(([, name = '']) => name.split('/')[0]);
    expect(new Set(imports)).toEqual(new Set(['aws-cdk-lib', 'constructs', 'node:crypto', 'node:module', 'node:url']));
    const { peerDependencies } = JSON.parse(readFileSync(join(built, 'package.json'), 'utf8'));
    expect(Object.keys(peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
  });
});

const Rotation = z.object({ Runtime: z.string(), Handler: z.string(), Code: z.object({ S3Key: z.string() }) });
const Template = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown() })) });

function rotationIn(out: string): z.infer<typeof Rotation> {
  const { Resources } = Template.parse(JSON.parse(readFileSync(join(out, 'hwf.template.json'), 'utf8')));
  const functions = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  expect(functions).toHaveLength(1);
  return Rotation.parse(functions[0]?.Properties);
}
