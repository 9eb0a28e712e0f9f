export { FormFields } from "./form-fields";
export { type FormValues, inputsOf, shownFields, valuesOf } from "./values";
