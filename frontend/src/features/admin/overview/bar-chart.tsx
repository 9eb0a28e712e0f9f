import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

export interface Series {
  readonly label: string;
  readonly color: "success" | "error" | "warning" | "primary" | "secondary";
  /** One value per label; null where there is none. */
  readonly values: readonly (number | null)[];
}

interface BarChartProps {
  readonly title: string;
  /** One sentence that replaces the chart for screen readers. */
  readonly summary: string;
  /** Names of the bars, oldest first. */
  readonly labels: readonly string[];
  /** Stacked on each other, the first one at the bottom. */
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}

/** Room for a finger on touch screens. */
const tall = { "@media (pointer: coarse)": { lineHeight: "44px" } };

const HEIGHT = 120;
const BAR = 10;
const GAP = 2;

const colorOf = ({ color }: Series) => `var(--mui-palette-${color}-main)`;

/** Stacked bars over time, and the same values as a table. */
export function BarChart({ title, summary, labels, series, format }: BarChartProps) {
  const totals = labels.map((_, bar) => series.reduce((sum, { values }) => sum + (values[bar] ?? 0), 0));
  const highest = Math.max(...totals, 0);
  const width = labels.length * (BAR + GAP) - GAP;
  return (
    <Box component="figure" sx={{ m: 0, minWidth: 0 }}>
      <Typography component="figcaption" sx={{ fontWeight: 500, mb: 1 }}>
        {title}
      </Typography>
      <Box sx={{ display: "grid", gridTemplateColumns: "auto minmax(0, 1fr)", columnGap: 1 }}>
        <Axis sx={{ flexDirection: "column", alignItems: "end", height: HEIGHT }}>
          <span>{format(highest)}</span>
          <span>0</span>
        </Axis>
        <Box
          component="svg"
          role="img"
          aria-label={`${title}: ${summary}`}
          viewBox={`0 0 ${width} ${HEIGHT}`}
          preserveAspectRatio="none"
          sx={{ width: "100%", height: HEIGHT, borderBottom: 1, borderTop: 1, borderColor: "divider" }}
        >
          {labels.map((label, bar) => (
            <Bar key={label} {...{ label, bar, series, highest, format }} />
          ))}
        </Box>
        <Axis sx={{ gridColumn: 2, mt: 0.5 }}>
          <span>{labels[0]}</span>
          <span>{labels.at(-1)}</span>
        </Axis>
      </Box>
      {series.length > 1 ? (
        <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, mt: 1 }}>
          {series.map((one) => (
            <LegendEntry key={one.label} series={one} />
          ))}
        </Box>
      ) : null}
      <ValueTable {...{ title, labels, series, format }} />
    </Box>
  );
}

interface BarProps {
  readonly label: string;
  readonly bar: number;
  readonly series: readonly Series[];
  readonly highest: number;
  readonly format: (value: number) => string;
}

function Bar({ label, bar, series, highest, format }: BarProps) {
  let top = HEIGHT;
  const known = series.filter(({ values }) => values[bar] !== null);
  return (
    <g>
      <title>
        {[label, ...known.map((one) => `${one.label}: ${format(one.values[bar] ?? 0)}`)].join("\n")}
      </title>
      {/* Takes the pointer where there is no bar. */}
      <rect x={bar * (BAR + GAP)} y={0} width={BAR} height={HEIGHT} fill="transparent" />
      {series.map((one) => {
        const height = highest === 0 ? 0 : ((one.values[bar] ?? 0) / highest) * HEIGHT;
        top -= height;
        return (
          <rect
            key={one.label}
            x={bar * (BAR + GAP)}
            y={top}
            width={BAR}
            height={height}
            style={{ fill: colorOf(one) }}
          />
        );
      })}
    </g>
  );
}

function LegendEntry({ series }: { readonly series: Series }) {
  return (
    <Typography
      variant="body2"
      sx={{ color: "text.secondary", display: "flex", alignItems: "center", gap: 0.75 }}
    >
      <Box
        component="span"
        aria-hidden
        sx={{ width: 10, height: 10, borderRadius: 0.5, bgcolor: colorOf(series) }}
      />
      {series.label}
    </Typography>
  );
}

function Axis({ sx, children }: { readonly sx: object; readonly children: React.ReactNode }) {
  return (
    <Typography
      variant="caption"
      component="div"
      aria-hidden
      sx={{ display: "flex", justifyContent: "space-between", color: "text.secondary", ...sx }}
    >
      {children}
    </Typography>
  );
}

function ValueTable({ title, labels, series, format }: Omit<BarChartProps, "summary">) {
  const cell = { textAlign: "right", px: 1, py: 0.25 } as const;
  return (
    <Box
      component="details"
      sx={{ mt: 1, "& summary": { cursor: "pointer", color: "text.secondary", ...tall } }}
    >
      <Typography component="summary" variant="body2">
        Show as table
      </Typography>
      <Box
        role="region"
        aria-label={`${title}, as a table`}
        tabIndex={0}
        sx={{ maxHeight: 240, overflow: "auto" }}
      >
        <Box
          component="table"
          aria-label={title}
          sx={{ typography: "body2", borderCollapse: "collapse", width: "100%" }}
        >
          <thead>
            <tr>
              <Box component="th" scope="col" sx={{ ...cell, textAlign: "left" }}>
                From
              </Box>
              {series.map((one) => (
                <Box component="th" scope="col" key={one.label} sx={cell}>
                  {one.label}
                </Box>
              ))}
            </tr>
          </thead>
          <tbody>
            {labels.map((label, bar) => (
              <tr key={label}>
                <Box component="th" scope="row" sx={{ ...cell, textAlign: "left", fontWeight: 400 }}>
                  {label}
                </Box>
                {series.map((one) => {
                  const value = one.values[bar] ?? null;
                  return (
                    <Box component="td" key={one.label} sx={cell}>
                      {value === null ? "–" : format(value)}
                    </Box>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </Box>
      </Box>
    </Box>
  );
}
