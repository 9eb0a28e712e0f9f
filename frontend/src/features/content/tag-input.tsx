import Chip from "@mui/material/Chip";
import type { SxProps, Theme } from "@mui/material/styles";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { Autocomplete } from "@/ui/autocomplete";
import { TextField } from "@/ui/text-field";
import { tagsQuery } from "./queries";

interface TagInputProps {
  readonly label: string;
  readonly value: readonly string[];
  readonly onChange: (tags: string[]) => void;
  /** Whether new tags may be entered. */
  readonly allowsNew?: boolean;
  readonly placeholder?: string;
  readonly sx?: SxProps<Theme>;
}

/** Tags as chips, with suggestions while typing. */
export function TagInput({ label, value, onChange, allowsNew = false, placeholder, sx }: TagInputProps) {
  const [typed, setTyped] = useState("");
  const found = useQuery(tagsQuery(useDeferredValue(typed.trim().toLowerCase()))).data?.items ?? [];
  // Keep the array while the tags are equal: a new array would clear the text being typed.
  const known = value.join(",");
  const chosen = useMemo(() => (known === "" ? [] : known.split(",")), [known]);
  const counts = new Map(found.map(({ tag, count }) => [tag, count]));
  const change = (tags: readonly string[]) => {
    // Several tags may be pasted: "sea, dusk".
    const words = tags.flatMap((tag) => tag.split(",")).map((tag) => tag.trim().toLowerCase());
    onChange([...new Set(words.filter((word) => word !== ""))]);
  };
  return (
    <Autocomplete
      multiple
      freeSolo={allowsNew}
      size="small"
      options={found.map(({ tag }) => tag)}
      filterOptions={(options) => options}
      filterSelectedOptions
      value={chosen}
      inputValue={typed}
      onInputChange={(_event, words) => setTyped(words)}
      onChange={(_event, tags) => change(tags)}
      noOptionsText="No matching tags"
      renderOption={({ key, ...props }, tag) => (
        <li key={key} {...props}>
          <span style={{ flex: 1 }}>{tag}</span>
          <small>{counts.get(tag)}</small>
        </li>
      )}
      renderValue={(tags, getItemProps) =>
        tags.map((tag, index) => {
          const { key, ...props } = getItemProps({ index });
          return <Chip key={key} size="small" label={tag} {...props} />;
        })
      }
      renderInput={(params) => (
        <TextField
          {...params}
          label={label}
          placeholder={value.length === 0 ? placeholder : undefined}
          slotProps={{ ...params.slotProps, inputLabel: { ...params.slotProps?.inputLabel, shrink: true } }}
        />
      )}
      {...(sx === undefined ? {} : { sx })}
    />
  );
}
