import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import { useState } from "react";
import { formatCount } from "@/lib/format";
import type { DraftField } from "./draft";

interface AllowedOptionsProps {
  readonly field: DraftField;
  readonly onChange: (patch: Partial<DraftField>) => void;
}

/** Limits a choice to some of its options. Without a limit, options that servers get later are offered too. */
export function AllowedOptions({ field, onChange }: AllowedOptionsProps) {
  const [isOpen, setIsOpen] = useState(false);
  const { choices, options } = field;
  const isLimited = options.length > 0;
  const count = isLimited ? `${formatCount(options.length)} of ${formatCount(choices.length)}` : "all";
  const toggle = (choice: unknown, isAllowed: boolean) => {
    const before = isLimited ? options : choices;
    const next = choices.filter((one) => (one === choice ? isAllowed : before.includes(one)));
    // Without options all are allowed: the last one stays.
    if (next.length > 0) onChange({ options: next.length === choices.length ? [] : next });
  };
  return (
    <Box>
      <Button size="small" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)} sx={{ ml: -0.5 }}>
        {`Allowed options: ${count}`}
      </Button>
      {isOpen ? (
        <Box
          role="group"
          aria-label={`Allowed options of ${field.label}`}
          tabIndex={0}
          sx={{
            display: "grid",
            maxHeight: 260,
            overflowY: "auto",
            border: 1,
            borderColor: "divider",
            borderRadius: 2,
            px: 1.5,
            py: 0.5,
          }}
        >
          {choices.map((choice) => (
            <FormControlLabel
              key={String(choice)}
              label={String(choice)}
              control={
                <Checkbox
                  size="small"
                  checked={!isLimited || options.includes(choice)}
                  onChange={(_event, isAllowed) => toggle(choice, isAllowed)}
                />
              }
            />
          ))}
        </Box>
      ) : null}
    </Box>
  );
}
