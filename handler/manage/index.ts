/** The managing function of a database: what the deployment does in the database itself. */
export { manage, manageWith } from "./manage";
