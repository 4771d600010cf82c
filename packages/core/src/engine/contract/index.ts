export { checkedBackend } from "./checked.ts";
