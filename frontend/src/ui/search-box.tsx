import InputAdornment from "@mui/material/InputAdornment";
import OutlinedInput from "@mui/material/OutlinedInput";
import type { SxProps, Theme } from "@mui/material/styles";
import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";

interface SearchBoxProps {
  readonly value: string;
  readonly label: string;
  readonly onChange: (text: string) => void;
  readonly sx?: SxProps<Theme>;
}

/** Delay between the last key press and the search. */
const DEBOUNCE_MS = 300;

export function SearchBox({ value, label, onChange, sx }: SearchBoxProps) {
  const [draft, setDraft] = useState(value);
  const applied = useRef(value);
  useEffect(() => {
    // The URL changed, for example by going back.
    if (value !== applied.current) {
      applied.current = value;
      setDraft(value);
    }
  }, [value]);
  useEffect(() => {
    if (draft.trim() === applied.current) return;
    const timer = setTimeout(() => {
      applied.current = draft.trim();
      onChange(draft.trim());
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [draft, onChange]);
  return (
    <OutlinedInput
      size="small"
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      placeholder={label}
      inputProps={{ "aria-label": label, type: "search", maxLength: 200 }}
      startAdornment={
        <InputAdornment position="start">
          <Search size={16} aria-hidden />
        </InputAdornment>
      }
      {...(sx === undefined ? {} : { sx })}
    />
  );
}
