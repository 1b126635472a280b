import { decodePathSegment } from './aws/url-decoding.ts';

export interface MatchedRoute {
  /** The template, such as `/v1/sites/{siteId}`. */
  resource: string;
  /** Decoded. */
  pathParameters: Record<string, string>;
}

/**
 * Finds the route of a path; of several matches, a literal segment takes precedence over a parameter, from the left.
 *
 * @param path without the stage and the query
 * @param routes templates such as `/v1/sites/{siteId}/key`
 * @throws UndecodableUrl
 */
export function matchRoute(path: string, routes: readonly string[]): MatchedRoute | undefined {
  const segments = path.split('/');
  const [resource] = routes.filter(route => fits(route, segments)).sort(literalFirst);
  return resource === undefined ? undefined : { resource, pathParameters: parametersOf(resource, segments) };
}

/**
 * Removes the stage from a path: `/v1/sites` of `/dev/v1/sites`.
 *
 * @returns undefined when the path does not begin with the stage
 */
export function pathInStage(rawPath: string, stage: string): string | undefined {
  if (rawPath === `/${stage}`) return '/';
  return rawPath.startsWith(`/${stage}/`) ? rawPath.slice(stage.length + 1) : undefined;
}

function fits(route: string, segments: readonly string[]): boolean {
  const templates = route.split('/');
  return (
    templates.length === segments.length &&
    templates.every((template, i) => (isParameter(template) ? segments[i] !== '' : segments[i] === template))
  );
}

function literalFirst(a: string, b: string): number {
  return shape(a) < shape(b) ? -1 : 1;
}

/** Returns a digit per segment, 0 for a literal: the order of these texts is the precedence. */
function shape(route: string): string {
  return route
    .split('/')
    .map(template => (isParameter(template) ? '1' : '0'))
    .join('');
}

function isParameter(template: string): boolean {
  return template.startsWith('{') && template.endsWith('}');
}

function parametersOf(route: string, segments: readonly string[]): Record<string, string> {
  const pairs = route
    .split('/')
    .map((template, i) => [template, segments[i] ?? ''] as const)
    .filter(([template]) => isParameter(template))
    .map(([template, segment]) => [template.slice(1, -1), decodePathSegment(segment)] as const);
  return Object.fromEntries(pairs);
}
