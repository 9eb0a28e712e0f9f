import Autocomplete from "@mui/material/Autocomplete";
import Chip from "@mui/material/Chip";
import type { SxProps, Theme } from "@mui/material/styles";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { tagsQuery } from "./queries";

interface TagInputProps {
  readonly label: string;
  readonly value: readonly string[];
  readonly onChange: (tags: string[]) => void;
  /** Whether tags that do not exist yet may be typed. */
  readonly isFree?: boolean;
  readonly placeholder?: string;
  readonly sx?: SxProps<Theme>;
}

/** Tags as chips, with the known ones suggested while typing. */
export function TagInput({ label, value, onChange, isFree = false, placeholder, sx }: TagInputProps) {
  const [typed, setTyped] = useState("");
  const found = useQuery(tagsQuery(useDeferredValue(typed.trim().toLowerCase()))).data?.items ?? [];
  // The same array while it says the same: for a new one what is being typed would be cleared.
  const known = value.join(",");
  const chosen = useMemo(() => (known === "" ? [] : known.split(",")), [known]);
  const counts = new Map(found.map(({ tag, count }) => [tag, count]));
  const take = (tags: readonly string[]) => {
    // A list may be pasted: "sea, dusk".
    const words = tags.flatMap((tag) => tag.split(",")).map((tag) => tag.trim().toLowerCase());
    onChange([...new Set(words.filter((word) => word !== ""))]);
  };
  return (
    <Autocomplete
      multiple
      freeSolo={isFree}
      size="small"
      options={found.map(({ tag }) => tag)}
      filterOptions={(options) => options}
      filterSelectedOptions
      value={chosen}
      inputValue={typed}
      onInputChange={(_event, words) => setTyped(words)}
      onChange={(_event, tags) => take(tags)}
      noOptionsText="No such tag"
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
