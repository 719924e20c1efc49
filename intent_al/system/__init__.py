"""The machine around us: processes, priorities, durable files, a webhook."""
