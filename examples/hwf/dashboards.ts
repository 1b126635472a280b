/** A dashboard; its key is in the keyring of the application that it belongs to. */
export interface Dashboard {
  readonly siteId: string;
  readonly enterpriseId: string;
  readonly plant: string;
  readonly application: 'hwf' | 'boost';
  readonly mode: 'dev' | 'production';
  readonly readings: number[];
  /** Text to display on the page. */
  watermark?: string | undefined;
}

/** Dashboards of HWF. A real service uses any database: it contains no keys. */
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

  /** Returns the dashboards that HWF itself licenses and counts. */
  own(): Dashboard[] {
    return [...this.#all.values()].filter(({ application }) => application === 'hwf');
  }
}
