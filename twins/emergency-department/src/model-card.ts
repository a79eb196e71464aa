export const modelCard = `# Emergency-department twin 0.1`
