import { run } from '../../local/start-fixture.ts';

/** `license-server redrive` as a person runs it, with AWS's variables as this process has them. */
export async function redrive(...args: string[]): Promise<Awaited<ReturnType<typeof run>>> {
  const aws = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_'));
  return await run(['cli/license-server.ts', 'redrive', '--stage', 'local', ...args], Object.fromEntries(aws));
}
