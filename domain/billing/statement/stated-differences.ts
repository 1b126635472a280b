import { differencesOfEnterprises, differencesOfTotals } from '../differences.ts';
import { type ApplicationFigures, type Difference, type EnterpriseFigures, manifestOf } from './statement.ts';

/**
 * Returns a line for each figure of an application or an enterprise whose manifest differs from the server. An application without a
 * manifest has no differences: it is listed as missing.
 */
export function statedDifferences(
  applications: readonly ApplicationFigures[],
  enterprises: readonly EnterpriseFigures[],
): Difference[] {
  return applications.flatMap(one => {
    const manifest = manifestOf(one);
    if (!manifest) return [];
    const mine = enterprises.filter(({ application }) => application === one.application);
    const counts = mine.map(({ enterpriseId: enterprise, application: app, opening, closing, moves, usage }) => {
      return { enterprise, app, opening, closing, moves, usage };
    });
    const perEnterprise = mine.flatMap(row =>
      row.manifest ? [{ enterpriseId: row.enterpriseId, ...row.manifest }] : [],
    );
    const lines = [
      ...differencesOfTotals({ ...manifest, perEnterprise }, counts),
      ...differencesOfEnterprises({ perEnterprise }, counts),
    ];
    return lines.map(({ kind: figure, enterprise, manifest, server }) => ({
      application: one.application,
      ...(enterprise && { enterpriseId: enterprise }),
      figure,
      server,
      ...(manifest !== undefined && { manifest }),
    }));
  });
}
