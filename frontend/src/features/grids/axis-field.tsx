import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { ArrowUpDown } from "lucide-react";
import type { GridParameter } from "@/api/types";
import { TextField } from "@/ui/text-field";
import { Choices } from "./choices";
import { PARAMETERS } from "./parameters";
import { PromptCombinations } from "./prompt-combinations";
import { type Target, type TargetChoice, targetIn } from "./targets";
import { countValues } from "./values";

export interface AxisDraft {
  /** Null: the axis is not used. */
  readonly parameter: GridParameter | null;
  readonly values: string;
  readonly target: Target;
}

/** Return the number of values of an axis. */
export const countOf = ({ parameter, values }: AxisDraft): number =>
  parameter === null ? 0 : countValues(values, PARAMETERS[parameter].kind);

interface AxisFieldProps {
  readonly name: "X" | "Y" | "Z";
  readonly meaning: string;
  readonly axis: AxisDraft;
  readonly onChange: (axis: AxisDraft) => void;
  readonly error: string | undefined;
  /** The prompt of the form. */
  readonly prompt: string;
  /** The entries of the form that the parameter can act on, if there is a choice. */
  readonly targets: readonly TargetChoice[];
  /** Exchanges this axis with the one before it; null if that is not possible. */
  readonly onSwap: (() => void) | null;
}

const NEXT = { X: "", Y: "X", Z: "Y" } as const;

/** One axis: what it varies, and its values. */
export function AxisField(props: AxisFieldProps) {
  const { name, meaning, axis, onChange, error, prompt, targets, onSwap } = props;
  const info = axis.parameter === null ? null : PARAMETERS[axis.parameter];
  return (
    <Box
      component="fieldset"
      sx={{
        m: 0,
        minWidth: 0,
        p: 2,
        position: "relative",
        display: "grid",
        gap: 1.5,
        border: 1,
        borderColor: error === undefined ? "divider" : "error.main",
        borderRadius: "12px",
      }}
    >
      <Box component="legend" sx={{ px: 0.75, fontWeight: 700 }}>
        {name}
        <Typography component="span" variant="body2" sx={{ ml: 1, color: "text.secondary" }}>
          {meaning}
        </Typography>
      </Box>
      {onSwap === null ? null : (
        <Button
          color="inherit"
          size="small"
          startIcon={<ArrowUpDown size={14} aria-hidden />}
          onClick={onSwap}
          sx={{ position: "absolute", top: -26, right: 12, px: 1, bgcolor: "background.paper" }}
        >
          Swap {NEXT[name]} and {name}
        </Button>
      )}
      <Box sx={{ display: "grid", gap: 1.5, gridTemplateColumns: { xs: "1fr", sm: "220px 1fr" } }}>
        <TextField
          label={`${name} parameter`}
          size="small"
          value={axis.parameter ?? ""}
          onChange={(event) =>
            onChange({
              parameter: (event.target.value || null) as GridParameter | null,
              values: "",
              target: null,
            })
          }
          options={
            <>
              {name === "X" ? null : <option value="">Not used</option>}
              {Object.entries(PARAMETERS).map(([parameter, { label }]) => (
                <option key={parameter} value={parameter}>
                  {label}
                </option>
              ))}
            </>
          }
        />
        {info === null ? null : (
          <TextField
            label={`${name} values`}
            size="small"
            multiline
            maxRows={5}
            value={axis.values}
            placeholder={info.placeholder}
            onChange={(event) => onChange({ ...axis, values: event.target.value })}
            error={error !== undefined}
            helperText={error ?? [info.help, countText(countOf(axis))].filter(Boolean).join(" ")}
            slotProps={{ inputLabel: { shrink: true } }}
          />
        )}
        {targets.length === 0 ? null : (
          <TextField
            label={`${name} acts on`}
            size="small"
            value={String(targetIn(targets, axis.target) ?? "")}
            onChange={({ target }) =>
              onChange({
                ...axis,
                target: targets.find(({ value }) => String(value ?? "") === target.value)?.value ?? null,
              })
            }
            options={targets.map(({ value, label }) => (
              <option key={label} value={value ?? ""}>
                {label}
              </option>
            ))}
            sx={{ gridColumn: "1 / -1" }}
          />
        )}
      </Box>
      {axis.parameter === "prompt" ? (
        <PromptCombinations prompt={prompt} onChange={(values) => onChange({ ...axis, values })} />
      ) : null}
      {axis.parameter === null ? null : (
        <Choices
          parameter={axis.parameter}
          values={axis.values}
          onChange={(values) => onChange({ ...axis, values })}
        />
      )}
    </Box>
  );
}

const countText = (count: number): string =>
  count === 0 ? "" : count === 1 ? "1 value." : `${count.toLocaleString("en")} values.`;
