import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { messageOf } from "@/api/problem";
import { Autocomplete } from "@/ui/autocomplete";
import { TextField } from "@/ui/text-field";
import { userQuery, usersFoundQuery } from "./queries";

interface UserSelectProps {
  readonly label: string;
  /** Id of the user; empty for none. */
  readonly value: string;
  /** Shown while no user is chosen. */
  readonly placeholder: string;
  readonly onChange: (id: string) => void;
}

/** A field that finds one of all users by name. */
export function UserSelect({ label, value, placeholder, onChange }: UserSelectProps) {
  const [typed, setTyped] = useState("");
  const [picked, setPicked] = useState({ id: "", name: "" });
  const isPicked = picked.id === value;
  const loaded = useQuery({ ...userQuery(value), enabled: value !== "" && !isPicked }).data?.username;
  const chosen = isPicked ? picked.name : loaded;
  // The name of the chosen user in the field is no search.
  const search = useDeferredValue(typed === chosen ? "" : typed.trim());
  const found = useQuery(usersFoundQuery(search));
  const names = new Map(found.data?.items.map(({ id, username }) => [id, username]));
  const listed = [...names.keys()];
  return (
    <Autocomplete
      size="small"
      options={value === "" || names.has(value) ? listed : [value, ...listed]}
      filterOptions={(options) => options.filter((id) => names.has(id))}
      value={value === "" ? null : value}
      onChange={(_event, id) => {
        setPicked({ id: id ?? "", name: names.get(id ?? "") ?? "" });
        onChange(id ?? "");
      }}
      inputValue={typed}
      onInputChange={(_event, text) => setTyped(text)}
      getOptionLabel={(id) => names.get(id) ?? (id === value ? chosen : undefined) ?? ""}
      loading={found.isPending}
      noOptionsText={found.error === null ? "No matching users" : messageOf(found.error)}
      autoHighlight
      renderInput={(params) => (
        <TextField
          {...params}
          label={label}
          placeholder={placeholder}
          slotProps={{ ...params.slotProps, inputLabel: { ...params.slotProps?.inputLabel, shrink: true } }}
        />
      )}
      sx={{ width: 200 }}
    />
  );
}
