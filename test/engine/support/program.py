"""A program in Python, inline: deploys a database with the package's component, and takes it down. Its argument is a folder."""

import sys

import pulumi
from pulumi import automation


class ProxiedDatabase(pulumi.ComponentResource):
    """What the generated package has: a component that the plugin constructs."""

    def __init__(self, name, **arguments):
        properties = {**arguments, "proxyEndpoint": None}
        super().__init__("lambda-rds-proxy:index:ProxiedDatabase", name, properties, remote=True)

    @property
    def proxy_endpoint(self):
        return pulumi.get(self, "proxyEndpoint")


def program():
    database = ProxiedDatabase("orders", migrations={"001-orders.sql": "create table orders (id int);"})
    pulumi.export("endpoint", database.proxy_endpoint)


stack = automation.create_stack(
    "test",
    project_name="python",
    program=program,
    opts=automation.LocalWorkspaceOptions(
        work_dir=sys.argv[1],
        project_settings=automation.ProjectSettings(name="python", runtime="python"),
    ),
)
stack.set_config("aws:region", automation.ConfigValue("us-east-1"))
up = stack.up()
print("endpoint:", up.outputs["endpoint"].value)
print("second:", list(stack.preview().change_summary))
stack.destroy()
