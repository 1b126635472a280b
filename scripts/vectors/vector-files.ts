import { chainVectors } from './chain-vectors.ts';
import { guardVectors } from './guard-vectors.ts';
import { refreshVectors } from './refresh-vectors.ts';
import { signatureVectors } from './signature-vectors.ts';

/** Returns the files of docs/vectors, the test data of clients in other languages (docs/vectors/README.md). */
export async function vectorFiles(): Promise<Record<string, string>> {
  return {
    'docs/vectors/chain.json': json(await chainVectors()),
    'docs/vectors/signatures.json': json(await signatureVectors()),
    'docs/vectors/guard.json': json({ stories: guardVectors() }),
    'docs/vectors/refresh.json': json(refreshVectors()),
  };
}

/** Serializes one vector per line, so that changes are readable. */
function json(lists: Record<string, readonly object[]>): string {
  const parts = Object.entries(lists).map(([name, vectors]) => {
    const lines = vectors.map(vector => `    ${JSON.stringify(vector)}`);
    return `  ${JSON.stringify(name)}: [\n${lines.join(',\n')}\n  ]`;
  });
  return `{\n${parts.join(',\n')}\n}\n`;
}
