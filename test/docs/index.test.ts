import { expect, it } from '@jest/globals';
import { pages } from './pages.ts';

const index = pages.find(({ path }) => path === 'docs/README.md')?.text ?? '';
const documents = pages.map(({ path }) => path).filter(path => /^docs\/(?!README|adr\/)/.test(path));

it.each(documents)('docs/README.md lists %s with its readers', path => {
  expect(index).toMatch(new RegExp(`^\\| \\[[^\\]]+\\]\\(${path.slice('docs/'.length)}\\) \\| [a-z, ]+ \\| `, 'm'));
});
