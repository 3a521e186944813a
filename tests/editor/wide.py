"""A Job and a CronJob with many kinds of values, in block style: places for completion."""

WIDE = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: x
spec:
  backoffLimit: 3
  selector: {}
  podFailurePolicy:
    rules:
    - action: Ignore
      onPodConditions:
      - type: DisruptionTarget
        status: "True"
    - action: FailJob
      onExitCodes:
        operator: In
        values: [1]
  template:
    metadata:
      labels:
        a: b
    spec:
      restartPolicy: Never
      securityContext:
        runAsUser: 1
      affinity:
        nodeAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 1
            preference:
              matchExpressions:
              - key: a
                operator: Exists
      tolerations:
      - key: a
        operator: Exists
      topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: a
        whenUnsatisfiable: DoNotSchedule
        labelSelector:
          matchLabels:
            a: b
      volumes:
      - name: v
        configMap:
          name: c
      - name: w
        persistentVolumeClaim:
          claimName: x
      - name: p
        projected:
          sources:
          - secret:
              name: s
      - name: e
        emptyDir:
          medium: Memory
      - name: q
      initContainers:
      - name: i
        image: b
        command:
        - sh
      containers:
      - name: main
        image: busybox:1
        resources:
          limits:
            cpu: 1
        securityContext:
          runAsUser: 1
        ports:
        - containerPort: 80
        env:
        - name: A
        - name: B
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        envFrom:
        - configMapRef:
            name: c
        - prefix: A
        livenessProbe:
          exec:
            command: [a]
        lifecycle:
          preStop:
            exec:
              command: [a]
        volumeMounts:
        - name: v
          mountPath: /v
"""
_HEAD = "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: x\nspec:\n  schedule: '@daily'\n  jobTemplate:\n"
WIDE_CRONJOB = _HEAD + "    spec:\n" + "".join(f"    {line}\n" for line in WIDE.partition("spec:\n")[2].splitlines())
