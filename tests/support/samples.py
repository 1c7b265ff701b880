"""The key, model, input and task that tests use where any would do."""

KEY = "sk-tests-0123456789"
MODEL = "z-image"
INPUT = {"prompt": "A ceramic cup"}
TASK_ID = "task_z_image_1765166238716"
START = 1_777_600_000.0  # Fri, 01 May 2026 01:46:40 GMT
