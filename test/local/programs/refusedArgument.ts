import { ProxiedDatabase } from "../../../components";

export const database = new ProxiedDatabase("sample", { database: { engineVersion: "5.7" } });
