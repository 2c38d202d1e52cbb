import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ProxiedDatabase } from "lambda-rds-proxy";
import { executionRole, taskRole } from "./roles";

// With tokens the worker reads no secret: its role is enough.
const database = new ProxiedDatabase("orders", { migrations: "./migrations", auth: "iam" });

const group = new aws.ec2.SecurityGroup("worker", {
  vpcId: database.vpcId,
  egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
});

/** What lets the worker in: rules for its group, and a policy for its role. */
const access = database.grantAccess("worker", { source: group.id, roleName: taskRole.name });

const task = new aws.ecs.TaskDefinition("worker", {
  family: "worker",
  cpu: "256",
  memory: "512",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  executionRoleArn: executionRole.arn,
  taskRoleArn: taskRole.arn,
  containerDefinitions: pulumi.jsonStringify([
    {
      name: "worker",
      // Your image. The subnets are private, so it has to come from ECR through endpoints, or through a NAT gateway.
      image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/worker:1",
      // The same variables that functions get, so `readEnvironment` of the client works in the worker too.
      environment: Object.entries(database.environment).map(([name, value]) => ({ name, value })),
    },
  ]),
});

const service = new aws.ecs.Service(
  "worker",
  {
    cluster: new aws.ecs.Cluster("workers").arn,
    taskDefinition: task.arn,
    desiredCount: 1,
    launchType: "FARGATE",
    networkConfiguration: { subnets: database.subnetIds, securityGroups: [group.id] },
  },
  // Not before it can connect: users and tables are there, and it is let in.
  { dependsOn: [...access, ...database.ready] },
);

export const serviceName = service.name;
export const containerDefinitions = task.containerDefinitions;
