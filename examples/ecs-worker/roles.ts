import * as aws from "@pulumi/aws";

/** A role that ECS tasks take on. */
const roleForTasks = (name: string, managedPolicyArns: string[] = []) =>
  new aws.iam.Role(name, {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "ecs-tasks.amazonaws.com" }),
    managedPolicyArns,
  });

/** What the worker itself may do. The component adds that it may log in to the database. */
export const taskRole = roleForTasks("worker");

/** What ECS needs to start it: to pull its image and to write its log. */
export const executionRole = roleForTasks("worker-execution", [
  "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
]);
