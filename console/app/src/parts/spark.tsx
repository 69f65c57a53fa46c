type Hour = { startedAt: string; changed: number; failed: number };

const hours = 24;

/** Changes and failures of each of the last 24 hours, as bars. */
export function Spark({ values, now }: { values: Hour[]; now: Date }) {
  const start = Math.floor(now.getTime() / 3_600_000) - hours + 1;
  const bars: Hour[] = Array.from({ length: hours }, (_, i) => ({ startedAt: '', changed: 0, failed: 0, i }));
  for (const value of values) {
    const i = Math.floor(new Date(value.startedAt).getTime() / 3_600_000) - start;
    if (bars[i]) bars[i] = value;
  }
  const most = Math.max(1, ...bars.map((bar) => bar.changed + bar.failed));
  return (
    <svg className="spark" viewBox="0 0 95 24" preserveAspectRatio="none" aria-hidden="true">
      {bars.map((bar, i) => {
        const all = Math.round((22 * (bar.changed + bar.failed)) / most) + 2;
        const failed = bar.failed > 0 ? Math.max(2, Math.round((22 * bar.failed) / most)) : 0;
        return (
          <g key={i}>
            <rect x={i * 4} y={24 - all} width="3" height={all} rx="1" />
            {failed > 0 && <rect className="f" x={i * 4} y={24 - failed} width="3" height={failed} rx="1" />}
          </g>
        );
      })}
    </svg>
  );
}
