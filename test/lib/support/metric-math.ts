type Value = number | readonly number[];

/** The time series that an expression refers to, all of the same length. */
interface Metrics {
  readonly points: number;
  seriesOf(id: string): Value;
}

/**
 * Computes an expression of CloudWatch metric math, with the functions that our alarms use (CloudWatch user guide, "Using math
 * expressions with CloudWatch metrics"). `FILL` is the identity, since the series have no gaps.
 */
export function compute(expression: string, metrics: Metrics): Value {
  const tokens = [...expression.matchAll(/>=|<=|==|[\w.]+|[-+*/(),]/g)].map(([token]) => token);
  const take = () => tokens.shift() ?? '';
  const next = (): string => tokens[0] ?? '';

  function operand(): Value {
    const token = take();
    if (token === '(') return closed(comparison());
    if (/^[\d.]+$/.test(token)) return Number(token);
    if (next() !== '(') return metrics.seriesOf(token);
    take();
    const given = [comparison()];
    while (next() === ',') {
      take();
      given.push(comparison());
    }
    return closed((functions[token] ?? fail(token))(given, metrics.points));
  }
  function closed(value: Value): Value {
    return take() === ')' ? value : fail(')');
  }
  function chain(part: () => Value, ...operators: string[]): () => Value {
    return () => {
      let left = part();
      while (operators.includes(next())) {
        const operator = binary[take()] ?? fail('operator');
        left = pairwise(left, part(), operator);
      }
      return left;
    };
  }
  const product = chain(operand, '*', '/');
  const sum = chain(product, '+', '-');
  const comparison = chain(sum, '>=', '<=', '==');
  return comparison();
}

const binary: Record<string, (a: number, b: number) => number> = {
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '>=': (a, b) => Number(a >= b),
  '<=': (a, b) => Number(a <= b),
  '==': (a, b) => Number(a === b),
};

const functions: Record<string, (given: readonly Value[], points: number) => Value> = {
  FILL: ([metric = []]) => metric,
  SUM: ([metric = []]) => list(metric).reduce((sum, one) => sum + one, 0),
  RUNNING_SUM: ([metric = []]) => {
    let sum = 0;
    return list(metric).map(one => (sum += one));
  },
  LOG10: ([metric = []]) => list(metric).map(Math.log10),
  TIME_SERIES: ([scalar = 0], points) => Array.from({ length: points }, () => Number(scalar)),
  IF: ([condition = 0, yes = 0, no = 0]) =>
    list(condition).map((one, i) => (one === 0 ? (list(no)[i] ?? Number(no)) : (list(yes)[i] ?? Number(yes)))),
};

function pairwise(a: Value, b: Value, operator: (a: number, b: number) => number): Value {
  if (typeof a === 'number' && typeof b === 'number') return operator(a, b);
  const length = Math.max(list(a).length, list(b).length);
  const at = (value: Value, i: number) => (typeof value === 'number' ? value : (value[i] ?? Number.NaN));
  return Array.from({ length }, (_, i) => operator(at(a, i), at(b, i)));
}

function list(value: Value): readonly number[] {
  return typeof value === 'number' ? [] : value;
}

function fail(token: string): never {
  throw new Error(`metric math does not know ${token} here`);
}
