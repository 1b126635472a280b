/** A dashboard as HWF knows it; its key is in the keyring, or with the application that it belongs to. */
export interface Dashboard {
  readonly siteId: string;
  readonly enterpriseId: string;
  readonly plant: string;
  readonly application: 'hwf' | 'boost';
  readonly mode: 'dev' | 'production';
  readonly readings: number[];
  /** shown on the page */
  watermark?: string | undefined;
}

/** HWF's own books. A real service has a database here: it holds no keys, so it may be any. */
export class Dashboards {
  readonly #all = new Map<string, Dashboard>();

  open(dashboard: Omit<Dashboard, 'readings'>): Dashboard {
    const opened = this.#all.get(dashboard.siteId) ?? { ...dashboard, readings: [] };
    this.#all.set(dashboard.siteId, opened);
    return opened;
  }

  find(siteId: string): Dashboard | undefined {
    return this.#all.get(siteId);
  }

  /** HWF's own, which it licenses and counts; Boost counts those of Boost */
  own(): Dashboard[] {
    return [...this.#all.values()].filter(({ application }) => application === 'hwf');
  }
}
