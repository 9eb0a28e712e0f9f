import { useQuery } from "@tanstack/react-query";
import { FilterSelect } from "@/ui/filter-select";
import { userNamesQuery } from "./queries";

interface UserFilterProps {
  readonly label: string;
  /** Id of the user; empty for all users. */
  readonly value: string;
  /** Label of the option for all users. */
  readonly all?: string;
  readonly onChange: (id: string) => void;
}

/** Filters a list by user. */
export function UserFilter({ label, value, all = "Any", onChange }: UserFilterProps) {
  const users = useQuery(userNamesQuery).data?.items ?? [];
  return (
    <FilterSelect
      label={label}
      all={all}
      width={180}
      value={users.some(({ id }) => id === value) ? value : ""}
      options={users.map(({ id, username }) => ({ value: id, label: username }))}
      onChange={onChange}
    />
  );
}
