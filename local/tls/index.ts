export { CertificateAuthority, type ServerCertificate } from "./certificateAuthority";
