import IconButton from "@mui/material/IconButton";
import InputAdornment from "@mui/material/InputAdornment";
import { Dices, Lock, LockOpen } from "lucide-react";
import { TextField } from "./text-field";
import { Tooltip } from "./tooltip";

interface SeedFieldProps {
  readonly seed: number;
  readonly isLocked: boolean;
  readonly onChange: (change: { readonly seed?: number; readonly isSeedLocked: boolean }) => void;
  /** The greatest seed. */
  readonly max: number;
  readonly label?: string;
  readonly error?: string | undefined;
  readonly help?: string;
}

/** The seed: random for every submission unless it is typed or locked. */
export function SeedField(props: SeedFieldProps) {
  const { seed, isLocked, onChange, max, label = "Seed", error, help } = props;
  const LockIcon = isLocked ? Lock : LockOpen;
  const type = (text: string) => {
    const digits = text.replaceAll(/\D/g, "");
    if (digits === "") onChange({ isSeedLocked: false });
    else onChange({ seed: Math.min(max, Number(digits)), isSeedLocked: true });
  };
  return (
    <TextField
      label={label}
      size="small"
      fullWidth
      value={isLocked ? String(seed) : ""}
      placeholder="Random"
      onChange={(event) => type(event.target.value)}
      error={error !== undefined}
      helperText={error ?? help}
      slotProps={{
        inputLabel: { shrink: true },
        htmlInput: { inputMode: "numeric" },
        input: {
          endAdornment: (
            <InputAdornment position="end">
              <Tooltip title="Random seed, locked">
                <IconButton
                  size="small"
                  aria-label="Random seed, locked"
                  onClick={() => onChange({ seed: Math.min(max, randomSeed()), isSeedLocked: true })}
                >
                  <Dices size={17} aria-hidden />
                </IconButton>
              </Tooltip>
              <Tooltip title={isLocked ? "Unlock seed" : "Lock seed"}>
                <IconButton
                  size="small"
                  aria-label="Lock seed"
                  aria-pressed={isLocked}
                  color={isLocked ? "primary" : "default"}
                  onClick={() => onChange({ isSeedLocked: !isLocked })}
                >
                  <LockIcon size={17} aria-hidden />
                </IconButton>
              </Tooltip>
            </InputAdornment>
          ),
        },
      }}
    />
  );
}

/** Return a seed of 32 bits: enough variety, and short enough to read aloud. */
function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}
