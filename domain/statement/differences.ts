import {
  type ApplicationFigures,
  type Difference,
  type EnterpriseFigures,
  type ManifestSummary,
  manifestOf,
} from './statement.ts';

/**
 * Where a manifest says another number than the server: a line for each figure of each application, and of each of its enterprises.
 * An application without a manifest has no differences: it is named as missing.
 */
export function differencesOf(
  applications: readonly ApplicationFigures[],
  enterprises: readonly EnterpriseFigures[],
): Difference[] {
  return applications.flatMap(one => {
    const manifest = manifestOf(one);
    if (!manifest) return [];
    const mine = enterprises.filter(({ application }) => application === one.application);
    return [...ofApplication(one, manifest), ...mine.flatMap(ofEnterprise)];
  });
}

const counted = ['production', 'dev', 'proxy'] as const;

function ofApplication(one: ApplicationFigures, manifest: ManifestSummary): Difference[] {
  const { application } = one;
  return [
    ...counted.map(figure => ({ application, figure, server: one.closing[figure], manifest: manifest.sites[figure] })),
    { application, figure: 'enterprises' as const, server: one.enterprises, manifest: manifest.enterprises },
  ].filter(differs);
}

/** An enterprise that the manifest leaves out has nothing there, by the manifest. */
function ofEnterprise({ application, enterpriseId, closing, manifest }: EnterpriseFigures): Difference[] {
  return counted
    .map(figure => ({ application, enterpriseId, figure, server: closing[figure], manifest: manifest?.[figure] ?? 0 }))
    .filter(differs);
}

function differs({ server, manifest }: Difference): boolean {
  return server !== manifest;
}
